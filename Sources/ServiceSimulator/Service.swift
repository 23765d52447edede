extension ServiceSimulator {
  /// A service that can be stood in for.
  package enum Service: String, Sendable, Hashable, CaseIterable {
    /// Zhipu's GLM-ASR.
    case glm
    /// Coze's speech recognition: one file, no model.
    case coze
    /// SiliconFlow with SenseVoice and TeleSpeech.
    case siliconflow
    /// ChatAnywhere, which passes requests on to OpenAI.
    case chatanywhere
    /// A relay of the one-api and new-api kind, which passes requests on to OpenAI and hides why
    /// they failed.
    case relay
    /// OpenAI itself.
    case openai
  }

  /// Limits other than the service's own, as after a change nobody was told of.
  ///
  /// What is nil stays as the service has it.
  package struct Limits: Sendable, Hashable {
    /// The longest audio, for all models.
    package var seconds: Double?
    /// The largest file.
    package var fileBytes: Int?
    /// The largest request body.
    package var bodyBytes: Int?
    /// The only models there are. For OpenAI's kind of service a name that is not known otherwise
    /// behaves as whisper-1; in vLLM's dialect it streams, too.
    package var models: [String]?

    package init(
      seconds: Double? = nil,
      fileBytes: Int? = nil,
      bodyBytes: Int? = nil,
      models: [String]? = nil
    ) {
      self.seconds = seconds
      self.fileBytes = fileBytes
      self.bodyBytes = bodyBytes
      self.models = models
    }
  }

  /// The form of the events of a streamed answer.
  package enum StreamDialect: String, Sendable, CaseIterable {
    /// `transcript.text.delta`, `transcript.text.done`, `[DONE]`.
    case openai
    /// `transcription.chunk` with choices, as the vLLM server sends it; nothing has all the text.
    case vllm
  }

  /// What SenseVoice's own notation leaves in the text.
  package enum SenseVoiceMarks: String, Sendable, CaseIterable {
    case none
    /// `<|en|><|NEUTRAL|><|Speech|><|withitn|>` before each segment.
    case tags
    /// Emoji for mood and sounds.
    case emoji
  }
}
