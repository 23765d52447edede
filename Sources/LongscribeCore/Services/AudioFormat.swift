/// A kind of file that we can render and a service may accept.
public enum AudioFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// RIFF/WAVE, 16 kHz mono signed 16 bit: exact to the sample.
  case wav
  /// MPEG-1/2 layer III at a constant bit rate, 16 kHz mono, with a LAME header: exact for players that read it.
  case mp3
  /// The samples alone, 16 kHz mono signed 16 bit little endian, without any header.
  case pcm

  /// Facts that planning and uploading need; the policy table of formats.
  public struct Facts: Sendable {
    /// Lower-case file extension: services judge an upload by it.
    public let fileExtension: String
    /// Media type of the upload.
    public let mediaType: String
    /// Encoded bytes a second of audio.
    public let bytesPerSecond: Int64
    /// Bytes a file may have beyond that (headers, a last padded frame).
    public let overheadBytes: Int64
    /// Whether the samples come back unchanged.
    public let isExact: Bool
  }

  /// Bit rate of rendered mp3 files, in bits a second.
  ///
  /// 48 kb/s is above what speech at 16 kHz needs, and keeps an hour under 22 MB.
  public static let mp3BitRate: Int64 = 48_000

  /// The format's row in the policy table.
  public var facts: Facts {
    switch self {
    case .wav:
      Facts(
        fileExtension: "wav", mediaType: "audio/wav", bytesPerSecond: Timeline.sampleRate * 2,
        overheadBytes: 44, isExact: true)
    case .mp3:
      // Besides the header frame, LAME writes up to three frames of 216 bytes for its delay and padding.
      Facts(
        fileExtension: "mp3", mediaType: "audio/mpeg", bytesPerSecond: Self.mp3BitRate / 8,
        overheadBytes: 2_048, isExact: false)
    case .pcm:
      Facts(
        fileExtension: "pcm", mediaType: "audio/L16", bytesPerSecond: Timeline.sampleRate * 2,
        overheadBytes: 0, isExact: true)
    }
  }

  /// The most bytes a file of `samples` samples can have.
  public func maximumBytes(samples: Int64) -> Int64 {
    let (seconds, rest) = samples.quotientAndRemainder(dividingBy: Timeline.sampleRate)
    let whole = seconds.multipliedReportingOverflow(by: facts.bytesPerSecond)
    guard !whole.overflow else { return .max }
    let part = (rest * facts.bytesPerSecond + Timeline.sampleRate - 1) / Timeline.sampleRate
    return whole.partialValue + part + facts.overheadBytes
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
