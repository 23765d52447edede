/// The models of GLM-ASR and how they differ.
enum GLMModel: String {
  case first = "glm-asr"
  case december2025 = "glm-asr-2512"

  /// The fields beside `file`.
  var fields: Set<String> {
    let common: Set = ["model", "temperature", "stream", "request_id", "user_id"]
    return switch self {
    case .first: common
    case .december2025: common.union(["prompt", "hotwords"])
    }
  }

  var audioLimits: AudioLimits {
    let seconds: Double =
      switch self {
      case .first: 60
      case .december2025: 30
      }
    return AudioLimits(suffixes: ["wav", "mp3"], bytes: 25_000_000, seconds: seconds)
  }

  var hasSegments: Bool { self == .first }

  /// The newer model begins its text with a line feed.
  var textPrefix: String { self == .december2025 ? "\n" : "" }
}
