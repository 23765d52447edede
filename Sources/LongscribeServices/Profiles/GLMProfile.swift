extension ServiceProfile {
  /// Zhipu's GLM-ASR, of bigmodel.cn and z.ai, whose accounts are separate.
  ///
  /// Sources: the API reference for `glm-asr` (60 s, 25 MB, wav or mp3, segments) and for `glm-asr-2512` (30 s, bare text, prompt and
  /// hotwords, no temperature; docs.bigmodel.cn, 2026); requests in flight from the lowest tier of the model's page (V0: 5).
  public static let glm: ServiceProfile = {
    var profile = ServiceProfile(
      name: "glm", title: "Zhipu GLM-ASR", baseURL: "https://open.bigmodel.cn/api/paas/v4",
      keyVariables: [
        KeyVariable("ZHIPUAI_API_KEY", baseURL: "https://open.bigmodel.cn/api/paas/v4"),
        KeyVariable("ZAI_API_KEY", baseURL: "https://api.z.ai/api/paas/v4"),
      ],
      models: [glmASR, glmASR2512], standardModel: "glm-asr", otherModel: glmASR2512)
    profile.traceIDHeaders = ["x-log-id"]
    profile.errors = .glm
    return profile
  }()

  private static let glmASR: ServiceModel = {
    var model = ServiceModel("glm-asr")
    model.maximumSeconds = 60
    model.maximumInFlight = 5
    model.fields = [.temperature, .stream, .requestID, .userID]
    model.plainAnswer = .verboseJSON
    return model
  }()

  private static let glmASR2512: ServiceModel = {
    var model = ServiceModel("glm-asr-2512")
    model.maximumSeconds = 30
    model.maximumInFlight = 5
    model.fields = [.prompt, .hotwords, .stream, .requestID, .userID]
    model.promptLimit = 8000
    return model
  }()
}
