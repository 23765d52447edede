import Longscribe

func service(key: String) throws -> ServiceRecognizer {
  // snippet: service
  let profile = ServiceProfile.glm
  let recognizer = ServiceRecognizer(
    profile: profile, model: profile.model("glm-asr-2512"), key: Secret(key),
    baseURL: try BaseURL("https://open.bigmodel.cn/api/paas/v4"))
  // end
  return recognizer
}

func compatible(key: String) throws -> ServiceRecognizer {
  // snippet: compatible
  var profile = ServiceProfile.openAI
  profile.name = "groq"
  profile.title = "Groq"
  var model = profile.model("whisper-large-v3")
  model.maximumBytes = 100_000_000
  let recognizer = ServiceRecognizer(
    profile: profile, model: model, key: Secret(key),
    baseURL: try BaseURL("https://api.groq.com/openai/v1"))
  // end
  return recognizer
}

func asking(_ profile: ServiceProfile, key: String) throws -> ServiceRecognizer {
  let baseURL = try BaseURL("https://api.example.com/v1")
  // snippet: service-options
  let model = profile.model(nil)
  var options = ServiceOptions()
  options.language = "zh"
  options.prompt = "A lecture on thermodynamics."
  options.hotwords = ["Carnot", "entropy"]
  if let problem = options.problem(for: model) { print(problem) }
  for sentence in options.ignored(by: model, of: profile) { print(sentence) }
  let network = NetworkOptions(proxy: "http://proxy.example:3128", timeout: 120)
  let recognizer = ServiceRecognizer(
    profile: profile, model: model, key: Secret(key), baseURL: baseURL, options: options,
    network: network)
  // end
  return recognizer
}

func comparing() -> [String] {
  var lines: [String] = []
  // snippet: table
  for profile in ServiceProfile.all {
    for model in profile.models {
      let seconds = model.maximumSeconds.map { "\(Int($0)) s" } ?? "no limit in seconds"
      lines.append(
        "\(profile.title), \(model.name): \(seconds), \(model.maximumBytes) bytes a call")
    }
  }
  // end
  return lines
}

func planning(_ recording: String) async throws -> Int {
  // snippet: plan
  let limits = ServiceProfile.glm.model("glm-asr").limits
  let (record, _) = try await Transcriber().plan(recording, for: limits, quality: .segments)
  let usage = record.plannedUsage
  print("\(usage.calls) calls, \(Timeline.seconds(usage.billedSamples)) s")
  // end
  return usage.calls
}
