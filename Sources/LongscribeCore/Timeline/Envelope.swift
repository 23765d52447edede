private import Foundation

/// Loudness of a recording, 100 values a second, one byte each.
///
/// A value is the RMS level of 10 ms in half decibels above −120 dBFS: 240 is full scale, 0 is digital
/// silence. One hour is 360 kB, so plans, estimates and audits never need the samples again.
public struct Envelope: Sendable, Hashable {
  /// The levels, one for each `Timeline.frameLength` samples; the last may stand for fewer.
  public var levels: [UInt8]

  /// An envelope of the given levels.
  public init(levels: [UInt8] = []) {
    self.levels = levels
  }

  /// Half decibels for one decibel: how thresholds given in dB become steps of a level.
  package static let stepsPerDecibel = 2

  /// The level of a frame whose squared samples sum to `energy` over `count` samples.
  package static func level(energy: Int64, count: Int) -> UInt8 {
    guard energy > 0, count > 0 else { return 0 }
    let mean = Double(energy) / Double(count)
    let decibels = 10 * log10(mean / (32768.0 * 32768.0))
    return UInt8(min(240, max(0, (decibels + 120) * Double(stepsPerDecibel)).rounded()))
  }
}

extension Envelope: Codable {
  /// Base64 of the levels: in JSON an array of numbers would be four times as long.
  public init(from decoder: any Decoder) throws {
    let data = try decoder.singleValueContainer().decode(Data.self)
    self.init(levels: [UInt8](data))
  }

  /// Writes the base64 form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Data(levels))
  }
}

/// Turns samples into envelope levels, whatever the sizes of the blocks they come in.
package struct EnvelopeMeter: Sendable {
  private var energy: Int64 = 0
  private var count = 0

  package init() {}

  /// Adds samples and returns the levels that are complete.
  package mutating func append(_ samples: UnsafeBufferPointer<Int16>) -> [UInt8] {
    let frame = Int(Timeline.frameLength)
    var levels: [UInt8] = []
    levels.reserveCapacity((samples.count + count) / frame)
    var position = 0
    while position < samples.count {
      let take = min(frame - count, samples.count - position)
      var sum: Int64 = 0
      for index in position..<position + take {
        let sample = Int64(samples[index])
        sum &+= sample &* sample
      }
      energy &+= sum
      count += take
      position += take
      if count == frame {
        levels.append(Envelope.level(energy: energy, count: frame))
        energy = 0
        count = 0
      }
    }
    return levels
  }

  /// The level of a last, shorter frame, if there is one.
  package mutating func finish() -> [UInt8] {
    defer { self = EnvelopeMeter() }
    return count == 0 ? [] : [Envelope.level(energy: energy, count: count)]
  }
}
