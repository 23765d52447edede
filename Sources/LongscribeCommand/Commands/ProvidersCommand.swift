import Longscribe

/// `longscribe providers`: services, models and limits.
enum ProvidersCommand {
  static func text(environment: [String: String]) -> String {
    var text =
      "offline\n  PocketSphinx on this machine, English only; words with times; no key, no network\n"
    text += "glm\n  Zhipu GLM-ASR; key from ZHIPUAI_API_KEY (bigmodel.cn) or ZAI_API_KEY (z.ai): "
    let found = KeySource.variables.filter { !(environment[$0.name] ?? "").isEmpty }.map(\.name)
    text += found.isEmpty ? "none found\n" : "\(found.joined(separator: " and ")) found\n"
    for model in GLMModel.all {
      let limits = model.limits
      let formats = limits.formats.map(\.rawValue).joined(separator: " or ")
      let times = model.timeQuality == .segments ? "segments with times" : "bare text"
      text +=
        "  \(model.name): \(model.maximumSeconds) s and \(limits.maximumBytes / 1_000_000) MB a call, "
      text += "\(formats), \(times), \(limits.maximumInFlight) calls at a time\n"
    }
    return text
  }
}
