/// Something that goes wrong by order of a test.
///
/// A fault only replaces the answer to a request that keeps all rules; a refusal is never hidden
/// by a fault. Only what happens before the body is read comes before the rules.
package struct Fault: Sendable, Hashable {
  /// Which requests it befalls.
  package enum Match: Sendable, Hashable {
    /// The request of that number; requests count from 1.
    case requestNumber(Int)
    /// The requests 1 to n.
    case first(Int)
    /// The requests after the n-th.
    case after(Int)
    /// Each n-th request.
    case every(Int)
    case always
    /// Requests whose audio begins within these seconds of the reference recording.
    case matchedStart(ClosedRange<Double>)
    /// That share (0 to 1) of all requests, by chance.
    ///
    /// The chance depends on the seed, the chunk and how often the chunk was asked before, not on
    /// the order in which chunks come. Before the body is read it depends on the seed and the
    /// request's number.
    case share(Double, seed: UInt64)
  }

  /// What goes wrong.
  package indirect enum Action: Sendable, Hashable {
    /// An error answer in the service's own form.
    case status(Int, code: String, message: String, retryAfter: String? = nil)
    /// Just this answer.
    case answer(
      status: Int, contentType: String = "application/json", headers: [String: String] = [:],
      body: String)
    /// A gateway's web page.
    case page(status: Int)
    case redirect(status: Int, location: String)
    /// This answer is sent when `afterBytes` bytes of the body have come, or all of it; the rest
    /// of the body is read and thrown away, then the connection is closed.
    case answerWhileUploading(
      status: Int, contentType: String = "application/json", headers: [String: String] = [:],
      body: String, afterBytes: Int = 1)
    /// The connection is reset (RST).
    case reset(Moment)
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
    /// A regular answer that leaves out the words which begin within these seconds of the reference recording, as recognisers do that lose the
    /// thread for a while. Other recordings are heard whole.
    case hole(ClosedRange<Double>)
    /// A regular answer, but later by so many seconds.
    case delay(Double)
    /// A regular answer in many small pieces, over so many seconds.
    case dribble(Double)
    /// Status 200 and a body that is not valid JSON.
    case garbageJSON
    /// One of these, by the same chance as ``Match/share(_:seed:)``.
    case oneOf([Action], seed: UInt64)
  }

  /// When a connection is reset.
  package enum Moment: Sendable, Hashable, CaseIterable {
    /// After the headers and the first bytes of the body.
    case beforeBodyIsRead
    /// After the whole body, before anything is done with it.
    case beforeWork
    /// When the work is done, instead of the answer.
    case afterWork
  }

  package let match: Match
  package let action: Action
  /// How often the fault happens; nil for no limit.
  package let times: Int?
  /// How often it happens to the same chunk; nil for no limit.
  package let timesPerChunk: Int?
  /// How many faults of this order that leave the client in doubt (``Action/leavesDoubt``) happen
  /// to the same chunk; nil for no limit.
  package let doubtsPerChunk: Int?

  package init(
    match: Match,
    action: Action,
    times: Int? = nil,
    timesPerChunk: Int? = nil,
    doubtsPerChunk: Int? = nil
  ) {
    self.match = match
    self.action = action
    self.times = times
    self.timesPerChunk = timesPerChunk
    self.doubtsPerChunk = doubtsPerChunk
  }
}

extension Fault.Action {
  /// Answers of Coze that say the call succeeded, but have no text.
  package static let cozeNullData = Fault.Action.answer(
    status: 200,
    body: #"{"code":0,"msg":"","data":null,"detail":{"logid":"20241210152726000000000000000000"}}"#)

  /// Whether the client cannot know if the work was done: all but usable answers and refusals
  /// that are surely made before any work.
  package var leavesDoubt: Bool {
    switch self {
    case .status(let status, _, _, _), .page(let status),
      .answerWhileUploading(let status, _, _, _, _):
      status >= 500 && status != 503
    case .answer(let status, _, _, _): status < 300 || (status >= 500 && status != 503)
    case .redirect, .emptyText, .hole, .delay, .dribble: false
    case .reset, .closeWithoutAnswer, .closeMidBody, .truncateStream, .errorInStream, .html200,
      .garbageJSON:
      true
    case .oneOf(let actions, _): actions.contains(where: \.leavesDoubt)
    }
  }

  /// Whether the service has done its work, and charges it, when this happens.
  ///
  /// - Parameter isStream: Whether the answer is an event stream, of which a part gets through.
  func isBilled(isStream: Bool) -> Bool {
    switch self {
    case .delay, .dribble, .emptyText, .hole, .garbageJSON, .closeWithoutAnswer, .closeMidBody,
      .truncateStream, .reset(.afterWork):
      true
    case .errorInStream: isStream
    // A gateway that lost its patience while the service went on working.
    case .page(let status): status == 504
    case .status(let status, _, _, _): status == 504
    case .answer(let status, _, _, _): status == 504
    default: false
    }
  }

  /// Whether it happens before the body is read, and so before anything is known about the audio.
  var isBeforeBody: Bool {
    switch self {
    case .answerWhileUploading, .reset(.beforeBodyIsRead): true
    default: false
    }
  }
}
