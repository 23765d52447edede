import LongscribeCore
import LongscribeMedia

/// What must hold for whatever we tell about a recording, however damaged it is.
enum Rules {
  /// Silence that damaged times may add: an hour, or ten times what was decoded (see `FrameClock`).
  private static let freeSilence = 3600 * Timeline.sampleRate

  /// - Parameter isWhole: Whether everything was heard, up to the end.
  static func broken(by report: DecodeReport, of bytes: Int, isWhole: Bool) -> [String] {
    let kept = report.fills.reduce(0) { $0 + $1.length }
    let last = report.fills.last.map { $0.position + $0.length } ?? 0
    let decoded = report.length - report.filledSamples
    var rules: [(holds: Bool, text: String)] = [
      (report.length > 0, "length \(report.length)"),
      (
        report.packets >= 0 && report.frames > 0,
        "\(report.packets) packets, \(report.frames) frames"
      ),
      (report.corruptPackets <= report.packets, "\(report.corruptPackets) corrupt packets"),
      (report.decodeErrors >= 0 && report.jumps >= 0, "negative counts"),
      (report.fillCount >= report.fills.count, "more fills than counted"),
      (report.fills.count == min(1000, report.fillCount), "\(report.fills.count) fills kept"),
      (report.fillCount > 1000 || kept == report.filledSamples, "fills do not add up"),
      (report.fills.allSatisfy { $0.length > 0 && $0.position >= 0 }, "an empty fill"),
      (
        zip(report.fills, report.fills.dropFirst()).allSatisfy {
          // Each is rounded to a sample by itself.
          $0.position + $0.length <= $1.position + 1
        }, "fills overlap"
      ),
      (report.firstDamage.map { 0...report.length ~= $0 } ?? true, "damage beyond the end"),
      (report.missingFrom.map { $0 > report.length } ?? true, "nothing is missing"),
      (report.antiPhaseSamples <= report.length + 1, "more cancelled than there is"),
      (report.clippedSamples >= 0 && report.nonFiniteSamples >= 0, "negative sample counts"),
      (report.isClean || !report.warnings.isEmpty, "not clean, but nothing to say"),
      (!report.warnings.contains(""), "an empty warning"),
    ]
    if isWhole {
      rules.append((last <= report.length + 1, "a fill ends at \(last), beyond the end"))
      rules.append(
        (
          report.filledSamples <= max(freeSilence, 10 * decoded) + 1000,
          "\(report.filledSamples) samples filled for \(decoded) decoded"
        ))
    }
    return rules.filter { !$0.holds }.map { "\($0.text): \(report)" }
  }

  static func broken(by description: MediaDescription) -> [String] {
    let times = [description.duration, description.headerDuration].compactMap { $0 }
    var rules: [(holds: Bool, text: String)] = [
      (times.allSatisfy { $0.isFinite && $0 >= 0 }, "durations \(times)"),
      ((description.duration == nil) == (description.durationSource == nil), "no source"),
      (description.tracks.map(\.index) == Array(description.tracks.indices), "tracks out of order"),
      (description.otherStreams >= 0, "\(description.otherStreams) other streams"),
      (description.tracks.allSatisfy { $0.sampleRate >= 0 && $0.channels >= 0 }, "a negative rate"),
      (!description.warnings.contains(""), "an empty warning"),
    ]
    if let scan = description.scan {
      rules += [
        (scan.packets > 0 && scan.corruptPackets <= scan.packets, "packets"),
        (scan.samples >= 0 && scan.skippedSamples >= 0 && scan.discardedSamples >= 0, "samples"),
        (scan.duration.isFinite && scan.duration >= 0, "length"),
        (scan.gapSeconds.isFinite && scan.gapSeconds >= 0, "gaps"),
      ]
    }
    return rules.filter { !$0.holds }.map { "\($0.text): \(description)" }
  }
}
