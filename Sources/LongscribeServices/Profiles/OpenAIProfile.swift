import LongscribeCore

extension ServiceProfile {
  /// OpenAI, and with another address every server that speaks its protocol.
  public static let openAI: ServiceProfile = {
    var profile = ServiceProfile(
      name: "openai", title: "OpenAI and compatible servers", baseURL: "https://api.openai.com/v1",
      keyVariables: [KeyVariable("OPENAI_API_KEY")],
      models: [whisper, gptTranscribe, gpt4oTranscribe, gpt4oMiniTranscribe, gpt4oDiarize],
      standardModel: "whisper-1", otherModel: otherOpenAIModel)
    profile.keyNeed = .remote
    return profile
  }()

  /// ChatAnywhere, a relay to OpenAI.
  ///
  /// Sources: its API page (mp3, mp4, mpeg, mpga, m4a, wav, webm; five forms of answers) and the models of its price list
  /// (github.com/chatanywhere/GPT_API_free). Granularities of times are not documented there; `verbose_json` has segments without them.
  public static let chatAnywhere: ServiceProfile = {
    let models = [whisper, gpt4oTranscribe, gpt4oMiniTranscribe].map { model in
      var model = model
      model.fields.remove(.timestampGranularities)
      model.formats = [.mp3, .wav]
      return model
    }
    var other = otherOpenAIModel
    other.fields.remove(.timestampGranularities)
    other.formats = [.mp3, .wav]
    return ServiceProfile(
      name: "chatanywhere", title: "ChatAnywhere", baseURL: "https://api.chatanywhere.tech/v1",
      keyVariables: [KeyVariable("CHATANYWHERE_API_KEY")], models: models,
      standardModel: "whisper-1", otherModel: other)
  }()

  /// Whisper, here and on servers that call it otherwise (`whisper-large-v3`, `Systran/faster-whisper-small`).
  ///
  /// No limit in seconds is known. The 25 MiB are those of the request (VideoCaptioner #703), and chunks of 15 minutes come back where those of an
  /// hour meet a gateway's time-out (dikte #49).
  private static let whisper: ServiceModel = {
    var model = ServiceModel("whisper-1")
    model.patterns = ["whisper"]
    model.recommendedSeconds = 900
    model.formats = [.mp3, .wav]
    model.fields = [.language, .prompt, .temperature, .responseFormat, .timestampGranularities]
    model.responseFormats = [.verboseJSON, .json, .srt, .vtt, .text]
    // Whole seconds, rounded up: answers for 36.71 s say 37 ("usage").
    model.billingSeconds = 1
    model.note = "OpenAI ends it on 2027-02-26; gpt-transcribe follows, without times"
    return model
  }()

  private static let gptTranscribe = textModel("gpt-transcribe")
  private static let gpt4oTranscribe = textModel("gpt-4o-transcribe")
  private static let gpt4oMiniTranscribe = textModel("gpt-4o-mini-transcribe")

  /// The models that answer bare text: at most 1,400 s (speakr #168), and 2,000 tokens of output, which dense speech fills in 8 to 10
  /// minutes; what is beyond is missing without a word (LibreChat #6453).
  private static func textModel(_ name: String) -> ServiceModel {
    var model = ServiceModel(name)
    model.patterns = [name]
    model.maximumSeconds = 1400
    model.marginSeconds = 10
    model.recommendedSeconds = 480
    model.formats = [.mp3, .wav]
    model.fields = [.language, .prompt, .temperature, .responseFormat, .stream]
    model.responseFormats = [.json, .text]
    model.maximumOutputTokens = 2000
    model.billingSeconds = 1
    return model
  }

  private static let gpt4oDiarize: ServiceModel = {
    var model = textModel("gpt-4o-transcribe-diarize")
    model.patterns = [model.name]
    model.fields = [.language, .temperature, .responseFormat, .stream]
    model.responseFormats = [.diarizedJSON, .json, .text]
    // Required for more than 30 s.
    model.fixedFields = ["chunking_strategy": "auto"]
    model.note = "its names of speakers are not kept"
    return model
  }()

  /// Models of other servers: what nearly all of them take.
  private static let otherOpenAIModel: ServiceModel = {
    var model = ServiceModel("")
    model.recommendedSeconds = 480
    model.formats = [.mp3, .wav]
    model.fields = [.language, .prompt, .temperature, .responseFormat, .stream]
    model.responseFormats = [.json, .text, .verboseJSON, .srt, .vtt]
    return model
  }()
}

extension ServiceProfile {
  /// The services that are built in, in the order in which they are listed.
  public static let all = [glm, coze, siliconFlow, openAI, chatAnywhere]
}
