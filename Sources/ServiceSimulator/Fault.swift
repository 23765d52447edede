/// Something that goes wrong by order of a test.
///
/// A fault only replaces the answer to a request that keeps all rules; a refusal is never hidden
/// by a fault.
package struct Fault: Sendable, Hashable {
  /// Which requests it befalls.
  package enum Match: Sendable, Hashable {
    /// The request of that number; requests count from 1.
    case requestNumber(Int)
    /// The requests 1 to n.
    case first(Int)
    /// Each n-th request.
    case every(Int)
    case always
    /// Requests whose audio begins within these seconds of the reference recording.
    case matchedStart(ClosedRange<Double>)
  }

  /// What goes wrong.
  package enum Action: Sendable, Hashable {
    /// An error answer in the service's own form.
    case status(Int, code: String, message: String, retryAfter: String? = nil)
    /// The connection is closed instead of an answer.
    case closeWithoutAnswer
    /// The connection is closed in the middle of the answer.
    case closeMidBody
    /// An event stream ends regularly, but too early: without `done` and `[DONE]`. An answer
    /// that is no event stream breaks off as with ``closeMidBody``.
    case truncateStream
    /// An event stream reports an error after some text. An answer that is no event stream has
    /// the error as its body, with status 200.
    case errorInStream(code: String, message: String)
    /// A web page with status 200.
    case html200
    /// A regular answer without any text.
    case emptyText
    /// A regular answer, but later by so many seconds.
    case delay(Double)
    /// Status 200 and a body that is not valid JSON.
    case garbageJSON
  }

  package let match: Match
  package let action: Action
  /// How often the fault happens; nil for no limit.
  package let times: Int?

  package init(match: Match, action: Action, times: Int? = nil) {
    self.match = match
    self.action = action
    self.times = times
  }

  func befalls(request number: Int, matchedStart: Double?) -> Bool {
    switch match {
    case .requestNumber(let wanted): number == wanted
    case .first(let count): number <= count
    case .every(let step): step > 0 && number.isMultiple(of: step)
    case .always: true
    case .matchedStart(let range): matchedStart.map { range.contains($0) } ?? false
    }
  }
}
