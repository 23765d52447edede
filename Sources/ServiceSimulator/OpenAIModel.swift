/// The models of OpenAI's transcription interface and how they differ.
struct OpenAIModel: Sendable {
  let name: String
  /// The values of `response_format` it answers with.
  let formats: Set<String>
  /// Whether it streams; the others ignore `stream`.
  let streams: Bool
  /// The longest audio; nil when only bytes count.
  let seconds: Double?
  /// Whether the answer counts tokens instead of seconds.
  let countsTokens: Bool
  /// Whether `languages[]` and `keywords[]` are taken.
  let takesHints: Bool
  /// Whether it tells speakers apart; then it takes no prompt.
  let tellsSpeakers: Bool

  /// The model of that name; nil when the interface has none.
  static func named(_ name: String) -> OpenAIModel? {
    switch name {
    case "whisper-1":
      whisper(name)
    case "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15":
      OpenAIModel(
        name: name, formats: ["json", "text"], streams: true, seconds: 1400, countsTokens: true,
        takesHints: false, tellsSpeakers: false)
    case "gpt-4o-transcribe-diarize":
      OpenAIModel(
        name: name, formats: ["json", "text", "diarized_json"], streams: true, seconds: 1400,
        countsTokens: true, takesHints: false, tellsSpeakers: true)
    case "gpt-transcribe":
      OpenAIModel(
        name: name, formats: ["json", "text"], streams: true, seconds: nil, countsTokens: true,
        takesHints: true, tellsSpeakers: false)
    default:
      nil
    }
  }

  /// Whisper under any name, as relays and other servers call it.
  static func whisper(_ name: String, streams: Bool = false) -> OpenAIModel {
    OpenAIModel(
      name: name, formats: ["json", "text", "srt", "verbose_json", "vtt"], streams: streams,
      seconds: nil, countsTokens: false, takesHints: false, tellsSpeakers: false)
  }
}
