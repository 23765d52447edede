/// What a service takes.
struct AudioLimits: Sendable {
  /// The endings of file names that are taken.
  let suffixes: [String]
  /// Whether `.MP3` is as good as `.mp3`.
  var ignoresCase = false
  var bytes: Int
  /// The longest audio; nil when only bytes count.
  var seconds: Double?
  /// Audio must be shorter than `seconds`, not just as long.
  var isBelow = false
  /// Anything shorter is refused.
  var leastSeconds = 0.0

  /// These limits as far as no others are ordered.
  func overridden(by limits: ServiceSimulator.Limits) -> AudioLimits {
    var changed = self
    changed.bytes = limits.fileBytes ?? bytes
    changed.seconds = limits.seconds ?? seconds
    return changed
  }
}
