private import Foundation

/// How loud somebody has to be to be heard in a recording, as far as it has been heard.
///
/// # Note: Another measure than the one that chose the cuts
///
/// Plans, estimated times and the silence gate look for pauses: percentiles of single frames, seen from the background upwards. Whoever checks their
/// work with the same numbers finds that nothing was missed (openasr lost 47 % of a far-field meeting while every guard of its own
/// threshold said clean). So the audit comes from the other side: half-seconds instead of frames, energy instead of decibels, and
/// how far below the loud ones a half-second is. What is within 20 dB of them can be heard, whatever the background is.
///
/// A window counts once it is wholly heard, and only windows up to a given position are asked for, so the answer does not depend on how far
/// ahead the recording has been heard.
struct Audibility: Sendable {
  /// Frames of a window (0.5 s): longer than a syllable, shorter than a pause between sentences.
  static let window = 50
  /// How far below the loud windows something can still be heard (20 dB; openasr's audibility check).
  private static let depth = 20 * Envelope.stepsPerDecibel
  /// Nothing quieter is counted (-60 dBFS): the quietest speech that anybody records.
  private static let floor = 60 * Envelope.stepsPerDecibel
  /// Share of the windows that are below the loud ones, in percent.
  private static let loud = 90

  private var histogram = [Int](repeating: 0, count: 256)
  private var counted = 0
  private var heard = 0

  /// Counts all windows that end at or before a frame.
  mutating func hear(_ envelope: Envelope, upTo frame: Int) {
    let end = min(frame, envelope.levels.count)
    while heard + Self.window <= end {
      let level = Self.level(envelope.levels[heard..<heard + Self.window])
      heard += Self.window
      guard level > Self.floor else { continue }
      histogram[level] += 1
      counted += 1
    }
  }

  /// The level of the recording's loud windows; 0 if there are none.
  var reference: Int { histogram.level(ofShare: Self.loud, counted: counted) ?? 0 }

  /// The level that a share of the windows of some stretches does not exceed; `nil` with too few to tell.
  static func reference(of ranges: [TimelineRange], in envelope: Envelope) -> Int? {
    var histogram = [Int](repeating: 0, count: 256)
    var counted = 0
    for range in ranges {
      for (window, level) in windows(of: range, in: envelope) where window.count == Self.window {
        histogram[level] += 1
        counted += 1
      }
    }
    return counted >= leastWindows ? histogram.level(ofShare: loud, counted: counted) : nil
  }

  /// Windows that make a reference of their own (5 s).
  private static let leastWindows = 10

  /// The level from which on a window can be heard, against loud ones of some level.
  static func threshold(under reference: Int) -> Int { max(floor, reference - depth) }

  /// The windows of a stretch, from its start on, and their levels; the last may be shorter, and is left out if less than half of one.
  static func windows(
    of range: TimelineRange, in envelope: Envelope
  ) -> [(frames: Range<Int>, level: Int)] {
    let frames = range.frames(upTo: envelope.levels.count)
    return stride(from: frames.lowerBound, to: frames.upperBound, by: window).compactMap { start in
      let end = min(start + window, frames.upperBound)
      guard (end - start) * 2 >= window else { return nil }
      return (start..<end, level(envelope.levels[start..<end]))
    }
  }

  /// Half decibels of the mean energy.
  private static func level(_ levels: ArraySlice<UInt8>) -> Int {
    let mean = levels.reduce(0.0) { $0 + energies[Int($1)] } / Double(max(1, levels.count))
    return Int((20 * log10(mean)).rounded())
  }

  /// Energy by level, 1 for digital silence.
  private static let energies = (0..<256).map { pow(10, Double($0) / 20) }
}
