/// How loud speech and background are in a recording, as far as it has been heard.
///
/// All thresholds follow from these two levels, never from absolute ones: a lecture recorded from the last row
/// and one recorded at the desk get the same plan. Percentiles come from a histogram, so that
/// hearing one more frame costs one increment.
package struct SpeechLevel: Sendable {
  private var histogram = [Int](repeating: 0, count: 256)
  private var counted = 0
  /// Frames heard so far, digital silence included.
  private(set) var heard = 0

  /// Levels up to here (−110 dBFS) are digital silence and say nothing about the room.
  package static let digitalSilence: UInt8 = 20
  /// Share of the frames that are as quiet as the background, in percent. Some speakers pause in one frame of twenty.
  private static let quietest = 2
  /// Share of the frames that are below the level of speech, in percent.
  private static let loudest = 90
  /// Where pauses end, between background and speech, in percent.
  private static let pauseShare = 35
  /// What is this far below speech (25 dB) is a pause, however quiet some other place of the recording is.
  private static let pauseDepth = 25 * Envelope.stepsPerDecibel
  /// With less contrast than this (6 dB) nothing can be told apart: music, or constant noise.
  private static let leastContrast = 6 * Envelope.stepsPerDecibel

  package init() {}

  /// A level measured over all of the given frames.
  package init(_ levels: some Collection<UInt8>) {
    for level in levels { hear(level) }
  }

  /// Counts one more frame.
  package mutating func hear(_ level: UInt8) {
    heard += 1
    guard level > Self.digitalSilence else { return }
    histogram[Int(level)] += 1
    counted += 1
  }

  /// The thresholds that follow from all frames heard so far.
  package var thresholds: Thresholds {
    guard counted > 0 else { return Thresholds(floor: 0, speech: 0, pause: 0) }
    let floor = percentile(Self.quietest)
    let speech = percentile(Self.loudest)
    let contrast = speech - floor
    guard contrast >= Self.leastContrast else {
      return Thresholds(
        floor: floor, speech: max(speech, floor + 1), pause: Int(Self.digitalSilence))
    }
    return Thresholds(
      floor: floor, speech: speech,
      pause: max(floor + contrast * Self.pauseShare / 100, speech - Self.pauseDepth))
  }

  private func percentile(_ percent: Int) -> Int {
    histogram.level(ofShare: percent, counted: counted) ?? 255
  }

  /// Levels that separate speech from pauses, in steps of the envelope.
  package struct Thresholds: Sendable, Hashable {
    /// The background.
    package var floor: Int
    /// Speech.
    package var speech: Int
    /// Frames at or below it belong to pauses.
    package var pause: Int

    /// Where a level lies between background (0) and speech (1); may lie outside.
    package func loudness(_ level: Double) -> Double {
      (level - Double(floor)) / Double(max(1, speech - floor))
    }
  }
}

extension [Int] {
  /// The level that a share of what a histogram has counted does not exceed; `nil` if it has counted nothing.
  ///
  /// - Parameter percent: The share.
  func level(ofShare percent: Int, counted: Int) -> Int? {
    let rank = Swift.max(1, counted * percent / 100)
    var seen = 0
    for (level, count) in enumerated() {
      seen += count
      if seen >= rank { return level }
    }
    return nil
  }
}
