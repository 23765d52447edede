/// A transcript in the forms in which OpenAI's interface sends it.
struct OpenAIAnswer: Sendable {
  let model: OpenAIModel
  let order: TranscriptionOrder
  let recognition: Recognition
  let language: ServiceSimulator.Language
  let dialect: ServiceSimulator.StreamDialect
  let id: Int

  var answer: ServiceAnswer {
    if order.wantsStream { return OpenAIStream(self).answer }
    return switch order.responseFormat {
    case "text": .text(recognition.text + "\n")
    case "srt": .text(SubtitleText.srt(recognition.segments))
    case "vtt": .text(SubtitleText.vtt(recognition.segments))
    case "verbose_json": .json(JSONText.bytes(verbose))
    case "diarized_json": .json(JSONText.bytes(diarized))
    default: .json(JSONText.bytes(Plain(text: recognition.text, usage: usage)))
    }
  }

  var usage: Usage {
    guard model.countsTokens else {
      return Usage(type: "duration", seconds: Int(recognition.duration.rounded(.up)))
    }
    // 10 tokens a second of audio; about three letters make a token of text.
    let heard = Int(recognition.duration * 10)
    let said = recognition.text.utf8.count / 3 + 1
    return Usage(
      type: "tokens",
      totalTokens: heard + said,
      inputTokens: heard,
      inputTokenDetails: .init(textTokens: 0, audioTokens: heard),
      outputTokens: said
    )
  }

  struct Usage: Encodable, Sendable {
    struct Details: Encodable, Sendable {
      let textTokens: Int
      let audioTokens: Int

      enum CodingKeys: String, CodingKey {
        case textTokens = "text_tokens"
        case audioTokens = "audio_tokens"
      }
    }

    let type: String
    var seconds: Int?
    var totalTokens: Int?
    var inputTokens: Int?
    var inputTokenDetails: Details?
    var outputTokens: Int?

    enum CodingKeys: String, CodingKey {
      case type, seconds
      case totalTokens = "total_tokens"
      case inputTokens = "input_tokens"
      case inputTokenDetails = "input_token_details"
      case outputTokens = "output_tokens"
    }
  }

  // MARK: Forms

  private struct Plain: Encodable {
    let text: String
    let usage: Usage
  }

  private struct Verbose: Encodable {
    let task = "transcribe"
    let language: String
    let duration: Double
    let text: String
    let segments: [VerboseSegment]?
    let words: [VerboseWord]?
    let usage: Usage
  }

  private struct VerboseSegment: Encodable {
    let id: Int
    let seek: Int
    let start: Double
    let end: Double
    let text: String
    let tokens: [Int]
    let temperature = 0.0
    let avgLogprob: Double
    let compressionRatio: Double
    let noSpeechProb: Double

    enum CodingKeys: String, CodingKey {
      case id, seek, start, end, text, tokens, temperature
      case avgLogprob = "avg_logprob"
      case compressionRatio = "compression_ratio"
      case noSpeechProb = "no_speech_prob"
    }
  }

  private struct VerboseWord: Encodable {
    let word: String
    let start: Double
    let end: Double
  }

  private struct Diarized: Encodable {
    struct Segment: Encodable {
      let type = "transcript.text.segment"
      let id: String
      let start: Double
      let end: Double
      let speaker = "A"
      let text: String
    }

    let task = "transcribe"
    let duration: Double
    let text: String
    let segments: [Segment]
  }

  private var verbose: Verbose {
    Verbose(
      language: language.rawValue,
      duration: recognition.duration,
      text: recognition.text,
      segments: order.granularities.contains("segment") ? segments : nil,
      words: order.granularities.contains("word") ? words : nil,
      usage: usage
    )
  }

  /// Whisper's own segments begin with the space before their first word.
  private var segments: [VerboseSegment] {
    let isSilence = recognition.noSpeechProbability > 0.5
    return recognition.segments.enumerated().map { index, segment in
      VerboseSegment(
        id: index,
        // Whisper works through windows of 30 s; `seek` counts hundredths of a second.
        seek: Int(segment.start / 30) * 3000,
        start: segment.start,
        end: segment.end,
        text: language == .english ? " \(segment.text)" : segment.text,
        tokens: segment.text.utf8.prefix(8).map { 50_364 + Int($0) },
        avgLogprob: isSilence ? -1.1 : -0.25,
        compressionRatio: isSilence ? 0.7 : 1.5,
        noSpeechProb: recognition.noSpeechProbability
      )
    }
  }

  private var words: [VerboseWord] {
    recognition.words.map { word in
      VerboseWord(
        word: Self.withoutPunctuation(word.text), start: word.start, end: word.end)
    }
  }

  private var diarized: Diarized {
    Diarized(
      duration: recognition.duration,
      text: recognition.text,
      segments: recognition.segments.enumerated().map { index, segment in
        Diarized.Segment(
          id: "seg_\(index)", start: segment.start, end: segment.end, text: segment.text)
      }
    )
  }

  private static func withoutPunctuation(_ word: String) -> String {
    func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
    guard let first = word.firstIndex(where: isPart), let last = word.lastIndex(where: isPart)
    else { return word }
    return String(word[first...last])
  }
}
