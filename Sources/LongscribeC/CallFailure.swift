import Longscribe
import LongscribeInterchange

/// Why a call gave nothing: what is in the member `error` of its answer.
struct CallFailure: Error, Encodable {
  /// What the function returns.
  let status: ExitCode
  /// One sentence.
  var message: String
  /// The kind of problem.
  private var code: String?
  private var file: String?
  private var provider: String?
  private var chunk: Int?
  private var start: Double?
  private var end: Double?
  private var httpStatus: Int?
  private var serviceCode: String?
  private var traceID: String?
  private var hint: String?
  private var retry: Bool?

  /// A failure of which nothing more is known.
  init(_ status: ExitCode, _ message: String) {
    self.status = status
    self.message = message
  }

  /// A call that is wrong by itself.
  init(_ error: ConfigError) {
    self.init(.usage, error.message)
  }

  init(_ error: ProviderError) {
    self.init(error.exitCode, error.description)
  }

  init(_ error: BudgetError) {
    switch error {
    case .noRate:
      self.init(
        .usage, "'max_cost' needs to know what calls cost, and no rate is known; 'rate' gives one")
    case .otherCurrency(let bound, let rate):
      self.init(.usage, "'max_cost' is in \(bound), but calls cost \(rate)")
    }
  }

  init(_ error: JournalError) {
    self.init(ExitCode.of(error), error.description)
    take(error)
  }

  init(_ error: TranscriptionError) {
    self.init(ExitCode.of(error), error.description)
    switch error {
    case .media(let error):
      code = error.code.rawValue
      file = error.file
    case .recognition(let failure, let file, let chunk, let recognizer):
      self.file = file
      provider = recognizer.provider
      self.chunk = chunk.index
      start = Timeline.seconds(chunk.owned.start)
      end = Timeline.seconds(chunk.owned.end)
      take(failure)
    case .cancelled: code = RecognitionFailure.Code.cancelled.rawValue
    case .journal(let error): take(error)
    case .plan, .noCommonFormat: break
    }
  }

  private mutating func take(_ error: JournalError) {
    code = error.code.rawValue
    file = error.path
  }

  private mutating func take(_ failure: RecognitionFailure) {
    code = failure.code.rawValue
    httpStatus = failure.status
    serviceCode = failure.serviceCode
    traceID = failure.traceID
    hint = failure.hint
    retry =
      switch failure.retry {
      case .now, .after: true
      case .never, .split: false
      }
  }

  private enum CodingKeys: String, CodingKey {
    case status, message, code, file, provider, chunk, start, end, hint, retry
    case httpStatus = "http_status"
    case serviceCode = "service_code"
    case traceID = "trace_id"
  }
}
