package import LongscribeCore

/// What is asked of a model: the options as far as it has them, and the richest form of answers.
package struct RequestPlan: Sendable, Hashable {
  package let profile: ServiceProfile
  package let model: ServiceModel
  package let options: ServiceOptions
  /// Fields that the server has refused, although its profile says that it takes them.
  package var refused: Set<ServiceModel.Field> = []

  package init(profile: ServiceProfile, model: ServiceModel, options: ServiceOptions) {
    self.profile = profile
    self.model = model
    self.options = options
  }

  private func takes(_ field: ServiceModel.Field) -> Bool {
    model.fields.contains(field) && !refused.contains(field)
  }

  package var streams: Bool { options.stream && takes(.stream) }

  /// The form that answers will have.
  package var answerFormat: ServiceModel.ResponseFormat {
    guard takes(.responseFormat), let richest = model.responseFormats.first else {
      // Streams tell no times.
      return streams || refused.contains(.responseFormat) ? .json : model.plainAnswer
    }
    return options.responseFormat ?? richest
  }

  /// Which times are asked for, in the order in which they are sent. Words alone would cost the segments
  /// (platform.openai.com, "timestamp_granularities"), so it is both unless something else is asked for.
  private var granularities: [ServiceModel.Granularity] {
    guard takes(.timestampGranularities), answerFormat == .verboseJSON else { return [] }
    let asked = options.timestampGranularities ?? Set(ServiceModel.Granularity.allCases)
    return ServiceModel.Granularity.allCases.filter(asked.contains)
  }

  /// The times that answers will have.
  package var timeQuality: TimeQuality {
    streams ? .estimated : answerFormat.timeQuality(words: granularities.contains(.word))
  }

  /// Text parts first and the file last; the file's name is ASCII with the true extension, because that is what services judge by.
  package func parts(
    fileName: String, format: AudioFormat, bytes: any AudioBytes, uniqueID: String
  ) -> [MultipartPart] {
    fields(uniqueID: uniqueID).map { .field(name: $0.0, value: $0.1) } + [
      .file(
        name: profile.fileField, fileName: fileName, contentType: format.facts.mediaType,
        source: UploadBody(bytes: bytes))
    ]
  }

  /// The fields that decide the answer, as one text.
  package var fingerprint: String {
    fields(uniqueID: nil).map { "\($0.0)=\($0.1)" }.joined(separator: "\n")
  }

  /// The text fields, in order.
  ///
  /// - Parameter uniqueID: What tells the call from others; `nil` leaves out what only names calls and users.
  private func fields(uniqueID: String?) -> [(String, String)] {
    var fields: [(String, String)] = []
    if !model.name.isEmpty { fields.append(("model", model.name)) }
    if takes(.language), let code = options.language.flatMap(LanguageCode.code(of:)) {
      fields.append(("language", code))
    }
    if takes(.prompt), let prompt = options.prompt { fields.append(("prompt", prompt)) }
    if takes(.responseFormat) { fields.append(("response_format", answerFormat.rawValue)) }
    fields += granularities.map { ("timestamp_granularities[]", $0.rawValue) }
    if takes(.temperature), let temperature = options.temperature {
      fields.append(("temperature", String(temperature)))
    }
    if streams || profile.errors == .glm && takes(.stream) {
      fields.append(("stream", streams ? "true" : "false"))
    }
    if let uniqueID {
      if takes(.requestID) {
        fields.append(("request_id", "\(options.requestID ?? "longscribe")-\(uniqueID)"))
      }
      if takes(.userID), let userID = options.userID { fields.append(("user_id", userID)) }
    }
    if takes(.hotwords) { fields += hotwords }
    fields += model.fixedFields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return fields
  }

  private var hotwords: [(String, String)] {
    guard !options.hotwords.isEmpty else { return [] }
    switch profile.hotwordsForm {
    case .json: return [("hotwords", JSONText.line(options.hotwords))]
    case .repeated: return options.hotwords.map { ("hotwords", $0) }
    case .brackets: return options.hotwords.map { ("hotwords[]", $0) }
    }
  }
}

/// A finished file as the HTTP client reads it.
struct UploadBody: HTTPBodySource {
  let bytes: any AudioBytes

  var byteCount: Int64 { bytes.byteCount }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try bytes.read(at: offset, into: buffer)
  }
}
