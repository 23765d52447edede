public import LongscribeCore

/// What is in a recording, as its container tells.
public struct MediaDescription: Sendable, Hashable {
  /// Where a duration comes from, and so how far it can be trusted.
  public enum DurationSource: String, Sendable, Hashable, Codable {
    /// Written in the container; never checked against the data.
    case header
    /// The difference of the first and last time in the data.
    case timestamps
    /// File size divided by bit rate: may be far off.
    case bitrate
    /// Counted over all packets, or from the size of PCM.
    case packetScan = "packet_scan"
    /// Counted while decoding.
    case decoded
  }

  /// A stream with pictures.
  public struct Picture: Sendable, Hashable {
    /// Place among all streams of the container.
    public var stream: Int
    /// Codec by FFmpeg's name (`h264`, `png`).
    public var codec: String
    /// The codec's name for people.
    public var codecLong: String
    /// Pixels in a row; `nil` if unknown.
    public var width: Int?
    /// Rows of pixels; `nil` if unknown.
    public var height: Int?
  }

  /// Something that the file says about itself.
  public struct Tag: Sendable, Hashable {
    /// FFmpeg's name for it (`title`, `creation_time`).
    public var name: String
    /// At most 200 characters, safe to print.
    public var value: String
  }

  /// An audio track.
  public struct Track: Sendable, Hashable {
    /// Place among the audio tracks, from 0.
    public var index: Int
    /// Place among all streams of the container.
    public var stream: Int
    /// Codec by FFmpeg's name (`aac`, `mp3`, `pcm_s16le`).
    public var codec: String
    /// The codec's name for people.
    public var codecLong: String
    /// The codec's profile (`LC`); `nil` if it has none.
    public var profile: String?
    /// Format of decoded samples by FFmpeg's name (`fltp`, `s16`); `nil` if unknown.
    public var sampleFormat: String?
    /// Bits of a recorded sample; `nil` for codecs that have no such number.
    public var bitDepth: Int?
    /// Samples a second.
    public var sampleRate: Int
    /// Number of channels.
    public var channels: Int
    /// How the channels are arranged (`stereo`, `5.1`).
    public var layout: String
    /// Length of the track's presentation in seconds; `nil` if the container has none for the track.
    public var duration: Double?
    /// Number of packets that the container says it holds; `nil` if it does not count them.
    public var packets: Int64?
    /// Bits a second; `nil` if the container does not say.
    public var bitRate: Int64?
    /// Language code, as the container has it.
    public var language: String?
    /// Title, as the container has it.
    public var title: String?
    /// Whether the container marks it as the one to play.
    public var isDefault: Bool
    /// How long after the start of presentation it begins, in seconds; `nil` if unknown.
    public var startOffset: Double?
    /// Time of its first sample by the container's clock, in seconds; `nil` if unknown.
    public var startTime: Double?
  }

  /// Name of the file, safe to print.
  public var file: String
  /// Size in bytes; `nil` for a pipe.
  public var byteCount: Int64?
  /// Container by FFmpeg's name (`mov,mp4,m4a,3gp,3g2,mj2`).
  public var format: String
  /// The container's name for people.
  public var formatLong: String
  /// Bits a second of the whole file; `nil` if unknown.
  public var bitRate: Int64?
  /// Duration in seconds; `nil` if the container does not say and nothing was counted.
  public var duration: Double?
  /// Where the duration comes from.
  public var durationSource: DurationSource?
  /// Whether decoding gives just this length. A header's word is not enough for that.
  public var isDurationExact = false
  /// What the header says in seconds, where the duration was counted instead; `nil` if it says nothing.
  public var headerDuration: Double?
  /// Audio tracks in the container's order.
  public var tracks: [Track]
  /// Streams of moving pictures.
  public var videos: [Picture] = []
  /// Cover art.
  public var covers: [Picture] = []
  /// Tags worth knowing, in a fixed order.
  public var tags: [Tag] = []
  /// What counting the packets found; `nil` if they were not counted.
  public var scan: PacketScan?
  /// Sentences about what is wrong.
  public var warnings: [String] = []
  /// Whether there is a picture that moves: cover art does not count.
  public var hasVideo: Bool
  /// Whether the container has no times of its own, so that they are made up from the byte stream (mp3, ADTS …).
  public var timesAreMadeUp: Bool
  /// Streams that are not audio tracks: video, cover art, subtitles, data.
  public var otherStreams: Int

  /// The format that the file already is, byte for byte the kind of file that services list; `nil` if it has to be converted.
  ///
  /// It must hold one audio track and nothing else. Other codecs in a container of the same name, such as A-law in WAV, are not
  /// what services mean by it.
  public var uploadFormat: AudioFormat? {
    guard tracks.count == 1, otherStreams == 0, let codec = tracks.first?.codec else { return nil }
    return Self.uploadFormats.first { format == $0.container && codec == $0.codec }?.format
  }

  private static let uploadFormats: [(container: String, codec: String, format: AudioFormat)] = [
    ("wav", "pcm_s16le", .wav),
    ("mp3", "mp3", .mp3),
  ]

  /// The track to use where none is named: the one marked default, else the first.
  public var defaultTrack: Track? {
    tracks.first { $0.isDefault } ?? tracks.first
  }
}

extension MediaDescription.Track {
  /// Bytes of a second of samples; `nil` where they are compressed.
  var bytesPerSecond: Int64? {
    codec.hasPrefix("pcm_") ? bitRate.map { $0 / 8 } : nil
  }
}
