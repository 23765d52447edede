/// The rules for the fields of OpenAI's transcription interface.
struct OpenAIFields: Sendable {
  static let responseFormats: Set<String> = [
    "json", "text", "srt", "verbose_json", "vtt", "diarized_json",
  ]
  /// The fields that a relay's own page lists.
  static let documentedByRelays: Set<String> = [
    "file", "model", "prompt", "response_format", "temperature", "language",
  ]
  private static let known: Set<String> = documentedByRelays.union([
    "timestamp_granularities[]", "stream", "include[]", "chunking_strategy",
    "chunking_strategy[type]", "chunking_strategy[threshold]",
    "chunking_strategy[prefix_padding_ms]", "chunking_strategy[silence_duration_ms]",
    "known_speaker_names[]", "known_speaker_references[]",
  ])
  private static let hints: Set<String> = ["languages[]", "keywords[]"]

  let fields: FormFields
  let model: OpenAIModel
  /// Whether only what relays document is taken.
  let documentedOnly: Bool

  func order(_ audioLimits: AudioLimits) throws(Refusal) -> TranscriptionOrder {
    let allowed = documentedOnly ? Self.documentedByRelays : Self.known
    try fields.allowOnly(model.takesHints ? allowed.union(Self.hints) : allowed)
    let file = try fields.file()
    let format = try responseFormat()
    let granularities = try granularities(format)
    try fields.checkTemperature()
    try checkLanguage(fields.single("language"))
    for language in try fields.all("languages[]") { try checkLanguage(language) }
    let prompt = try fields.single("prompt")
    guard !model.tellsSpeakers || prompt == nil else {
      throw Refusal(.wrongField("prompt"), "\(model.name) takes no prompt")
    }
    try checkInclude(format)
    let stream = try fields.stream()
    let hasStrategy = fields.form.parts.contains { $0.name.hasPrefix("chunking_strategy") }
    let needsStrategy = model.tellsSpeakers && !hasStrategy
    return TranscriptionOrder(
      model: model.name,
      file: file,
      audioLimits: audioLimits,
      wantsStream: stream && model.streams,
      responseFormat: format,
      granularities: granularities,
      checkSeconds: { seconds in
        guard needsStrategy, seconds > 30 else { return nil }
        return Refusal(
          .missingField("chunking_strategy"),
          "chunking_strategy is required for audio above 30 seconds")
      }
    )
  }

  private func responseFormat() throws(Refusal) -> String {
    let format = try fields.single("response_format") ?? "json"
    guard Self.responseFormats.contains(format) else {
      throw Refusal(.unknownResponseFormat(format), "there is no response_format \(format)")
    }
    guard model.formats.contains(format) else {
      throw Refusal(
        .formatNotOfModel(format: format, model: model.name),
        "\(model.name) does not answer with \(format)")
    }
    return format
  }

  private func granularities(_ format: String) throws(Refusal) -> Set<String> {
    let name = "timestamp_granularities[]"
    let values = try fields.all(name)
    guard values.isEmpty || format == "verbose_json" else {
      throw Refusal(.illegalValue(name), "\(name) goes with verbose_json only, not with \(format)")
    }
    guard values.allSatisfy({ $0 == "word" || $0 == "segment" }) else {
      throw Refusal(.illegalValue(name), "\(name) must be word or segment")
    }
    return values.isEmpty ? ["segment"] : Set(values)
  }

  /// Two lower-case letters of ISO 639-1. Codes such as `zh-CN` are refused.
  private func checkLanguage(_ text: String?) throws(Refusal) {
    guard let text else { return }
    guard LanguageCodes.all.contains(text) else {
      throw Refusal(.illegalValue("language"), "'\(text)' is no ISO-639-1 code")
    }
  }

  private func checkInclude(_ format: String) throws(Refusal) {
    let values = try fields.all("include[]")
    guard values.allSatisfy({ $0 == "logprobs" }),
      values.isEmpty || (format == "json" && model.countsTokens && !model.takesHints)
    else {
      throw Refusal(.illegalValue("include[]"), "include[] is not possible here")
    }
  }
}

/// Codes of languages.
enum LanguageCodes {
  /// ISO 639-1, all of it.
  static let all = Set(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu \
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb \
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om \
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw \
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split(separator: " ").map(String.init))
}
