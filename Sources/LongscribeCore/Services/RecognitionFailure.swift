/// Why a call to a recogniser gave no answer, and what can be done about it.
public struct RecognitionFailure: Error, Sendable, Hashable, Codable {
  /// The kinds of failure, the same for all services.
  public struct Code: RawRepresentable, Sendable, Hashable, Codable {
    /// The name in events and JSON.
    public let rawValue: String

    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The key is missing, wrong or expired.
    public static let authentication = Code(rawValue: "authentication")
    /// The key is right but may not do this.
    public static let permission = Code(rawValue: "permission")
    /// The account has no balance or has used up its quota.
    public static let quotaExhausted = Code(rawValue: "quota_exhausted")
    /// Too many requests in a time.
    public static let rateLimited = Code(rawValue: "rate_limited")
    /// Too many requests at once.
    public static let concurrencyLimited = Code(rawValue: "concurrency_limited")
    /// The file has too many bytes.
    public static let tooLarge = Code(rawValue: "too_large")
    /// The audio is too long.
    public static let tooLong = Code(rawValue: "too_long")
    /// The audio is too short to be heard.
    public static let tooShort = Code(rawValue: "too_short")
    /// The service does not take or cannot read this audio.
    public static let unsupportedFormat = Code(rawValue: "unsupported_format")
    /// A parameter is wrong.
    public static let badParameter = Code(rawValue: "bad_parameter")
    /// The model does not exist, no longer exists, or is not open to this account.
    public static let modelUnavailable = Code(rawValue: "model_unavailable")
    /// The service refuses the content.
    public static let contentBlocked = Code(rawValue: "content_blocked")
    /// The service has too much to do.
    public static let overloaded = Code(rawValue: "overloaded")
    /// The service failed inside.
    public static let serverError = Code(rawValue: "server_error")
    /// No connection came about.
    public static let unreachable = Code(rawValue: "unreachable")
    /// The connection ended or fell silent before the answer was whole.
    public static let connectionLost = Code(rawValue: "connection_lost")
    /// A streamed answer ended before its end mark.
    public static let truncatedStream = Code(rawValue: "truncated_stream")
    /// The service sends the request elsewhere.
    public static let redirected = Code(rawValue: "redirected")
    /// The answer is not what its document promises.
    public static let unexpectedResponse = Code(rawValue: "unexpected_response")
    /// The recogniser on this machine cannot work.
    public static let recognizerUnavailable = Code(rawValue: "recognizer_unavailable")
    /// The audio could not be read or encoded here.
    public static let audioUnavailable = Code(rawValue: "audio_unavailable")
    /// The caller cancelled.
    public static let cancelled = Code(rawValue: "cancelled")
    /// The caller asked to stop before it was this chunk's turn.
    public static let interrupted = Code(rawValue: "interrupted")
    /// Calls for this chunk may have been charged without an answer, and no further one is made by itself.
    public static let unknownFate = Code(rawValue: "unknown_fate")
    /// The journal cannot keep what is paid for, so nothing is.
    public static let journalUnavailable = Code(rawValue: "journal_unavailable")
  }

  /// Whether the same call can help.
  public enum Retry: Sendable, Hashable, Codable {
    /// Soon, with backoff.
    case now
    /// Not before this many seconds have passed.
    case after(Double)
    /// Never: the same call will fail again.
    case never
    /// Only with less audio.
    case split
  }

  /// Whether the service may have charged for the call.
  public enum Charge: String, Sendable, Hashable, Codable {
    /// It certainly did no work.
    case none
    /// It may have: the request was sent and its fate is unknown.
    case unknown
    /// It has: it answered, but the answer cannot be used.
    case certain
  }

  /// A limit that a service named, or that follows from what it refused; what is not known is `nil`.
  public struct LearntLimit: Sendable, Hashable, Codable {
    /// Longest audio of one request, in samples.
    public var maximumSamples: Int64?
    /// Most bytes of the whole request.
    public var maximumBytes: Int64?

    /// Whether nothing is known.
    public var isEmpty: Bool { maximumSamples == nil && maximumBytes == nil }

    /// A limit with every part given.
    public init(maximumSamples: Int64? = nil, maximumBytes: Int64? = nil) {
      self.maximumSamples = maximumSamples
      self.maximumBytes = maximumBytes
    }
  }

  /// The kind of failure.
  public var code: Code
  /// What the service or the library said, cleaned and cut to a readable length.
  public var message: String
  /// Whether trying again can help.
  public var retry: Retry
  /// Whether it may have been charged.
  public var charge: Charge
  /// Whether every other call would fail for the same reason (a wrong key, an empty account).
  public var affectsAllChunks: Bool
  /// HTTP status, where there was one.
  public var status: Int?
  /// The service's own error code.
  public var serviceCode: String?
  /// What the service calls this request.
  public var traceID: String?
  /// What the user can do, in the names that the command line has for it: `--chunk-length` is `Transcriber.Options.chunkLength`.
  public var hint: String?
  /// The limit that was exceeded, where the service told it.
  public var learnt: LearntLimit?
  /// The field of the request that the service objects to, where it named one.
  public var parameter: String?

  /// A failure with every part given.
  public init(
    _ code: Code, message: String, retry: Retry, charge: Charge = .none,
    affectsAllChunks: Bool = false, status: Int? = nil, serviceCode: String? = nil,
    traceID: String? = nil, hint: String? = nil, learnt: LearntLimit? = nil
  ) {
    self.code = code
    self.message = message
    self.retry = retry
    self.charge = charge
    self.affectsAllChunks = affectsAllChunks
    self.status = status
    self.serviceCode = serviceCode
    self.traceID = traceID
    self.hint = hint
    self.learnt = learnt
  }
}

extension RecognitionFailure: CustomStringConvertible {
  /// One line: what was said, by what status and code, and what to do.
  public var description: String {
    var facts: [String] = []
    if let status { facts.append("HTTP \(status)") }
    if let serviceCode { facts.append("code \(serviceCode)") }
    if let traceID { facts.append("request \(traceID)") }
    var line = message
    if !facts.isEmpty { line += " (\(facts.joined(separator: ", ")))" }
    if let hint { line += "; \(hint)" }
    return line
  }
}
