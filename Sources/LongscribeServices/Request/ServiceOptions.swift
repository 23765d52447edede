/// What a user can ask of a service. What a model does not have is not sent, and told (`ignored`).
public struct ServiceOptions: Sendable, Hashable {
  /// The language spoken, as a code (`zh`, `zh-CN`) or an English name; `nil` lets the service find it.
  public var language: String?
  /// Text that leads the recogniser.
  public var prompt: String?
  /// Sampling temperature, 0 to 1; `nil` leaves the service's own.
  public var temperature: Double?
  /// The form of the answers; `nil` for the richest that the model has.
  public var responseFormat: ServiceModel.ResponseFormat?
  /// Which times are asked for where a model lets that be chosen; `nil` for all.
  public var timestampGranularities: Set<ServiceModel.Granularity>?
  /// Whether the answer arrives piece by piece.
  public var stream = false
  /// An identifier of the end user, 6 to 128 characters, for the service's abuse checks.
  public var userID: String?
  /// The beginning of each call's name; what follows makes it unique.
  public var requestID: String?
  /// Words that are likely to occur, at most 100.
  public var hotwords: [String] = []

  /// Options with nothing asked for.
  public init() {}

  /// What is wrong with the options; `nil` if nothing is.
  public func problem(for model: ServiceModel) -> String? {
    if let temperature, !(0...1).contains(temperature) {
      return "a temperature of \(temperature) is outside 0 to 1"
    }
    // 6 to 128 characters, at most 100 words: GLM's API reference.
    if let userID, !(6...128).contains(userID.count) {
      return "a user id needs 6 to 128 characters; this one has \(userID.count)"
    }
    if let requestID, requestID.count > 64 || !requestID.allSatisfy({ $0.isASCII }) {
      return "a request id may have at most 64 plain characters, because more is added to it"
    }
    if hotwords.count > 100 {
      return "at most 100 hotwords are allowed; these are \(hotwords.count)"
    }
    if let limit = model.promptLimit, let prompt, prompt.count >= limit,
      model.fields.contains(.prompt)
    {
      return "a prompt needs fewer than \(limit) characters; this one has \(prompt.count)"
    }
    if let language, LanguageCode.code(of: language) == nil, model.fields.contains(.language) {
      return "the language '\(language)' is unknown; use a code such as 'en' or 'zh'"
    }
    if let responseFormat, model.fields.contains(.responseFormat),
      !model.responseFormats.contains(responseFormat)
    {
      let known = model.responseFormats.map(\.rawValue).joined(separator: ", ")
      return "\(model.name) has no response format \(responseFormat.rawValue); it has \(known)"
    }
    return nil
  }

  /// The fields that are asked for.
  private var wanted: [ServiceModel.Field] {
    let all: [(ServiceModel.Field, Bool)] = [
      (.language, language != nil), (.prompt, prompt != nil), (.temperature, temperature != nil),
      (.responseFormat, responseFormat != nil),
      (.timestampGranularities, timestampGranularities != nil), (.stream, stream),
      (.userID, userID != nil),
      (.requestID, requestID != nil), (.hotwords, !hotwords.isEmpty),
    ]
    return all.filter(\.1).map(\.0)
  }

  /// Sentences about options that a model does not have; they are not sent.
  public func ignored(by model: ServiceModel, of profile: ServiceProfile) -> [String] {
    let name = model.name.isEmpty ? profile.title : model.name
    return wanted.filter { !model.fields.contains($0) }.map { field in
      switch field {
      case .language: "\(name) finds the language by itself; it is not sent"
      case .stream: "\(name) does not stream; answers arrive whole"
      case .userID: "\(name) has no user id; it is not sent"
      case .requestID: "\(name) has no request id; it is not sent"
      case .timestampGranularities: "\(name) lets no granularities of times be chosen"
      case .responseFormat: "\(name) has one form of answers; the response format is not sent"
      default: "\(name) has no \(field.rawValue); it is not sent"
      }
    }
  }
}
