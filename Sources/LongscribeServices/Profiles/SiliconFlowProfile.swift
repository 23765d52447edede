extension ServiceProfile {
  /// SiliconFlow, which takes a file and a model and nothing else.
  ///
  /// Source: its API reference (one hour, 50 MB, two models). Formats are not documented; wav and mp3 are what its own examples and other
  /// clients send. Half an hour a chunk: 504 and 503 become likely with more, and lose more.
  public static let siliconFlow: ServiceProfile = {
    let models = ["FunAudioLLM/SenseVoiceSmall", "TeleAI/TeleSpeechASR"].map { name in
      var model = ServiceModel(name)
      model.maximumSeconds = 3600
      model.recommendedSeconds = 1800
      model.maximumBytes = 50_000_000
      return model
    }
    var profile = ServiceProfile(
      name: "siliconflow", title: "SiliconFlow", baseURL: "https://api.siliconflow.cn/v1",
      keyVariables: [KeyVariable("SILICONFLOW_API_KEY")], models: models,
      standardModel: "FunAudioLLM/SenseVoiceSmall", otherModel: models[0])
    profile.traceIDHeaders = ["x-siliconcloud-trace-id"]
    profile.errors = .siliconFlow
    profile.stripsSpeechTags = true
    return profile
  }()
}
