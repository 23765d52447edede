/// A format of audio files, told by content.
enum AudioFormat: String, Sendable, Hashable {
  case wav, mp3, ogg, mp4, webm, flac, aac, amr
  /// MPEG program streams.
  case mpeg
  /// Samples without any header: 16 kHz, one channel, 16 bits.
  case pcm

  /// The format by ffmpeg's name of the demuxer.
  init?(ffmpegName: String) {
    switch ffmpegName {
    case "mov,mp4,m4a,3gp,3g2,mj2": self = .mp4
    case "matroska,webm": self = .webm
    default:
      guard let format = AudioFormat(rawValue: ffmpegName), format != .pcm else { return nil }
      self = format
    }
  }

  /// The formats a file whose name ends so may have.
  static func formats(ofSuffix suffix: String) -> Set<AudioFormat> {
    switch suffix {
    case "mpga": [.mp3]
    case "mpeg": [.mp3, .mpeg]
    case "m4a": [.mp4]
    case "oga", "opus", "spx": [.ogg]
    case "raw": [.pcm]
    default: AudioFormat(rawValue: suffix).map { [$0] } ?? []
    }
  }

  /// The media types in use for it.
  var mediaTypes: Set<String> {
    switch self {
    case .wav: ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"]
    case .mp3: ["audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3", "video/mpeg"]
    case .ogg: ["audio/ogg", "audio/opus", "application/ogg", "video/ogg", "audio/speex"]
    case .mp4: ["audio/mp4", "video/mp4", "audio/m4a", "audio/x-m4a"]
    case .webm: ["audio/webm", "video/webm"]
    case .flac: ["audio/flac", "audio/x-flac"]
    case .aac: ["audio/aac", "audio/x-aac", "audio/aacp"]
    case .amr: ["audio/amr", "audio/amr-wb"]
    case .mpeg: ["video/mpeg", "audio/mpeg"]
    case .pcm: ["audio/pcm", "audio/l16", "audio/basic"]
    }
  }
}
