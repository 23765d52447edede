public import LongscribeCore

/// What the GLM-ASR models accept and answer, as data.
///
/// Sources: the API reference for `glm-asr` (60 s, 25 MB, wav or mp3, segments) and for `glm-asr-2512` (30 s, text only, no
/// temperature; docs.bigmodel.cn, 2026); requests in flight from the lowest tier of the model's page (V0: 5).
public struct GLMModel: Sendable, Hashable {
  /// The name that the service knows it by.
  public let name: String
  /// Longest audio in seconds.
  public let maximumSeconds: Int64
  /// The times of its whole answers.
  public let timeQuality: TimeQuality
  /// Whether it takes a temperature.
  public let takesTemperature: Bool
  /// Whether it takes a prompt.
  public let takesPrompt: Bool

  /// The models that are known.
  public static let all = [
    GLMModel(
      name: "glm-asr", maximumSeconds: 60, timeQuality: .segments, takesTemperature: true,
      takesPrompt: false),
    GLMModel(
      name: "glm-asr-2512", maximumSeconds: 30, timeQuality: .estimated, takesTemperature: false,
      takesPrompt: true),
  ]

  /// The model that is used where none is named.
  public static let standard = "glm-asr"

  /// The row for a name; a model that is not known gets the narrowest limits.
  public static func named(_ name: String) -> GLMModel {
    all.first { $0.name == name }
      ?? GLMModel(
        name: name, maximumSeconds: 30, timeQuality: .estimated, takesTemperature: false,
        takesPrompt: true)
  }

  /// The times of its answers; streamed ones are bare text.
  public func timeQuality(stream: Bool) -> TimeQuality {
    stream ? .estimated : timeQuality
  }

  /// Its limits.
  public var limits: ServiceLimits {
    ServiceLimits(
      maximumSamples: maximumSeconds * Timeline.sampleRate, marginSamples: Timeline.sampleRate,
      minimumSamples: Timeline.sampleRate,
      // "MB" is taken as 10^6: whoever means 2^20 accepts that too.
      maximumBytes: 25_000_000, formats: [.wav, .mp3], maximumInFlight: 5)
  }
}
