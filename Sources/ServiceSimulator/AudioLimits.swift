/// What a service takes.
struct AudioLimits: Sendable {
  /// The formats by their usual file name extensions, which are also ffmpeg's names for them.
  let formats: [String]
  let bytes: Int
  let seconds: Double
}
