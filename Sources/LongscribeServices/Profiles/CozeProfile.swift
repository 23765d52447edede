import LongscribeCore

extension ServiceProfile {
  /// Coze's speech recognition, which has no models and no options.
  ///
  /// Source: its page "语音识别" (10 MB, shorter than 30 minutes; ogg, mp3, wav, m4a and mp4 for all accounts). The free plan has 500 calls
  /// for good (docs.coze.cn, "coze_api_overview"), so chunks are long: 20 minutes.
  public static let coze: ServiceProfile = {
    var model = ServiceModel("")
    model.maximumSeconds = 1800
    // "Shorter than", and mp3 adds its delay and padding.
    model.marginSeconds = 10
    model.recommendedSeconds = 1200
    model.maximumBytes = 10_000_000
    model.formats = [.ogg, .mp3, .wav]
    var profile = ServiceProfile(
      name: "coze", title: "Coze", baseURL: "https://api.coze.cn/v1",
      keyVariables: [KeyVariable("COZE_API_TOKEN")], models: [model], standardModel: nil,
      otherModel: model)
    profile.textPath = "data.text"
    profile.traceIDPaths = ["detail.logid"]
    profile.traceIDHeaders = ["x-tt-logid"]
    profile.errors = .coze
    return profile
  }()
}
