/// A kind of file that we can write and a service may accept.
public enum AudioFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// RIFF/WAVE, signed 16 bit: exact to the sample. Over 4 GiB it becomes RF64.
  case wav
  /// MPEG-1/2 layer III at a constant bit rate with a LAME header: exact in length for players that read it.
  case mp3
  /// Opus in Ogg at a constant bit rate. Players decode it to 48 kHz.
  case ogg
  /// FLAC: exact to the sample, with length and checksum.
  case flac
  /// AAC-LC in MP4, whose edit list tells begin and length exactly; players that do not read its end give up to 1,023 samples
  /// more.
  case m4a
  /// The samples alone, signed 16 bit little endian, without any header.
  case pcm

  /// Facts that planning, writing and uploading need; the policy table of formats.
  ///
  /// Sizes are those of what is uploaded: 16 kHz mono at the format's own bit rate.
  public struct Facts: Sendable {
    /// Lower-case file extension: services judge an upload by it.
    public let fileExtension: String
    /// Other lower-case extensions by which people name such files.
    public let otherExtensions: [String]
    /// Media type of the upload.
    public let mediaType: String
    /// The most encoded bytes a second of audio.
    public let bytesPerSecond: Int64
    /// Bytes a file may have beyond that (headers, a last padded frame).
    public let overheadBytes: Int64
    /// Whether the samples come back unchanged.
    public let isExact: Bool
    /// Sample rates in Hz that the format has, ascending; empty if it has every one.
    public let sampleRates: [Int]
    /// Bit rates that files get where none is asked for, ascending by rate; empty if the format has no bit rate.
    public let bitRates: [BitRate]
  }

  /// A row of the table of bit rates.
  public struct BitRate: Sendable, Hashable {
    /// The highest sample rate in Hz that the row is for.
    public let highestSampleRate: Int
    /// Bits a second for each channel.
    public let bitsPerChannel: Int64
  }

  /// The format's row in the policy table.
  public var facts: Facts {
    switch self {
    case .wav: Self.wavFacts
    case .mp3: Self.mp3Facts
    case .ogg: Self.oggFacts
    case .flac: Self.flacFacts
    case .m4a: Self.m4aFacts
    case .pcm: Self.pcmFacts
    }
  }

  /// The format that a file extension stands for, in whatever case, without the dot; `nil` if none.
  public init?(fileExtension: String) {
    let name = fileExtension.lowercased()
    let match = Self.allCases.first {
      $0.facts.fileExtension == name || $0.facts.otherExtensions.contains(name)
    }
    guard let match else { return nil }
    self = match
  }

  /// The sample rate in Hz that a file of the format gets for an asked rate: the lowest that loses nothing of it, else the highest
  /// that there is.
  public func nearestRate(_ rate: Int) -> Int {
    let rates = facts.sampleRates
    return rates.first { $0 >= rate } ?? rates.last ?? max(1, rate)
  }

  /// The bit rate in bits a second that a file gets where none is asked for; `nil` if the format has no bit rate.
  ///
  /// - Parameters:
  ///   - rate: Samples a second.
  ///   - channels: 1 or 2.
  public func defaultBitRate(rate: Int, channels: Int) -> Int64? {
    let rows = facts.bitRates
    let row = rows.first { $0.highestSampleRate >= rate } ?? rows.last
    return row.map { $0.bitsPerChannel * Int64(channels) }
  }

  /// The most bits a second that a file can be asked to have; `nil` if the format has no bit rate.
  ///
  /// - Parameters:
  ///   - rate: Samples a second.
  ///   - channels: 1 or 2.
  public func highestBitRate(rate: Int, channels: Int) -> Int64? {
    switch self {
    // The last rows of the tables for MPEG-1 and MPEG-2 (ISO/IEC 13818-3, 2.4.2.3); of MPEG-2.5 LAME writes less.
    case .mp3: rate >= 32_000 ? 320_000 : rate >= 16_000 ? 160_000 : 64_000
    // What libopus takes for each channel.
    case .ogg: 256_000 * Int64(channels)
    // The decoder's buffer: 6,144 bits of a channel's frame of 1,024 samples (ISO/IEC 14496-3, 4.5.3).
    case .m4a: Int64(rate) * 6 * Int64(channels)
    case .wav, .flac, .pcm: nil
    }
  }

  /// The most bytes a file of `samples` samples can have, at 16 kHz mono and the format's own bit rate.
  public func maximumBytes(samples: Int64) -> Int64 {
    let (seconds, rest) = samples.quotientAndRemainder(dividingBy: Timeline.sampleRate)
    let whole = seconds.multipliedReportingOverflow(by: facts.bytesPerSecond)
    guard !whole.overflow else { return .max }
    let part = (rest * facts.bytesPerSecond + Timeline.sampleRate - 1) / Timeline.sampleRate
    let sum = whole.partialValue.addingReportingOverflow(part + facts.overheadBytes)
    return sum.overflow ? .max : sum.partialValue
  }

  /// The most samples whose file is certain to fit in `bytes`.
  public func maximumSamples(bytes: Int64) -> Int64 {
    let room = max(0, bytes - facts.overheadBytes)
    let (seconds, rest) = room.quotientAndRemainder(dividingBy: facts.bytesPerSecond)
    let whole = seconds.multipliedReportingOverflow(by: Timeline.sampleRate)
    return whole.overflow
      ? .max : whole.partialValue + rest * Timeline.sampleRate / facts.bytesPerSecond
  }
}
