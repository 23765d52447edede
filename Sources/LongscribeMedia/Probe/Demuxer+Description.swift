private import CMediaShim

extension Demuxer {
  /// Tags that tell what a recording is, where it has them; the names are FFmpeg's and so the same for every container.
  private static let tags = [
    "title", "artist", "album", "date", "creation_time", "encoder", "comment",
  ]
  /// Characters of a tag that are kept: a comment may hold a whole book.
  private static let longestTag = 200

  /// What the container tells.
  package var description: MediaDescription {
    var info = ls_media_info()
    ls_media_describe(media, &info)
    let hasDuration = info.duration_ns != Int64.min && info.duration_source != LS_DURATION_UNKNOWN
    var result = MediaDescription(
      file: file.displayName, byteCount: file.byteCount, format: Self.text(info.format),
      formatLong: Self.text(info.format_long), bitRate: info.bit_rate > 0 ? info.bit_rate : nil,
      duration: hasDuration ? Double(info.duration_ns) / 1e9 : nil,
      durationSource: hasDuration ? Self.source(info.duration_source) : nil, tracks: [],
      hasVideo: false, timesAreMadeUp: info.raw_timestamps, otherStreams: 0)
    var videoStart: Int64?
    var origin: Int64?
    var starts: [Int64?] = []
    var stream = ls_stream_info()
    for index in 0..<info.streams where ls_media_stream(media, index, &stream) {
      let start = stream.start_ns == Int64.min ? nil : stream.start_ns
      switch stream.kind {
      case LS_STREAM_AUDIO:
        result.tracks.append(Self.track(stream, index: result.tracks.count, stream: Int(index)))
        starts.append(start)
      case LS_STREAM_VIDEO:
        result.videos.append(Self.picture(stream, stream: Int(index)))
        if let start { videoStart = min(videoStart ?? start, start) }
      case LS_STREAM_PICTURE: result.covers.append(Self.picture(stream, stream: Int(index)))
      default: break
      }
    }
    result.hasVideo = !result.videos.isEmpty
    result.otherStreams = Int(info.streams) - result.tracks.count
    origin = (starts + [videoStart]).compactMap { $0 }.min()
    for index in result.tracks.indices {
      if result.hasVideo, let origin, let start = starts[index] {
        result.tracks[index].startOffset = (Double(start) - Double(origin)) / 1e9
      }
    }
    result.tags = tags(of: result.defaultTrack?.stream)
    return result
  }

  private func tags(of stream: Int?) -> [MediaDescription.Tag] {
    var found: [MediaDescription.Tag] = []
    // Four bytes are enough for any character, and one more ends the text.
    var buffer = [CChar](repeating: 0, count: Self.longestTag * 4 + 1)
    for name in Self.tags
    where ls_media_tag(media, Int32(clamping: stream ?? -1), name, &buffer, buffer.count) {
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = FileName.printable(String(decoding: bytes, as: UTF8.self))
      let trimmed = String(text.prefix(Self.longestTag))
      if !trimmed.isEmpty { found.append(MediaDescription.Tag(name: name, value: trimmed)) }
    }
    return found
  }

  private static func track(
    _ stream: ls_stream_info, index: Int, stream number: Int
  ) -> MediaDescription.Track {
    MediaDescription.Track(
      index: index, stream: number, codec: text(stream.codec), codecLong: text(stream.codec_long),
      profile: optional(text(stream.profile)), sampleFormat: optional(text(stream.sample_format)),
      bitDepth: stream.bits > 0 ? Int(stream.bits) : nil, sampleRate: Int(stream.sample_rate),
      channels: Int(stream.channels), layout: text(stream.layout),
      duration: seconds(stream.duration_ns), packets: stream.packets > 0 ? stream.packets : nil,
      bitRate: stream.bit_rate > 0 ? stream.bit_rate : nil,
      language: optional(text(stream.language)), title: optional(text(stream.title)),
      isDefault: stream.is_default, startOffset: nil, startTime: seconds(stream.start_ns))
  }

  private static func picture(_ stream: ls_stream_info, stream number: Int)
    -> MediaDescription.Picture
  {
    MediaDescription.Picture(
      stream: number, codec: text(stream.codec), codecLong: text(stream.codec_long),
      width: stream.width > 0 ? Int(stream.width) : nil,
      height: stream.height > 0 ? Int(stream.height) : nil)
  }

  private static func seconds(_ nanoseconds: Int64) -> Double? {
    nanoseconds == Int64.min ? nil : Double(nanoseconds) / 1e9
  }

  private static func optional(_ text: String) -> String? {
    text.isEmpty || text == "und" ? nil : text
  }

  private static func source(_ source: ls_duration_source) -> MediaDescription.DurationSource {
    switch source {
    case LS_DURATION_HEADER: .header
    case LS_DURATION_TIMESTAMPS: .timestamps
    default: .bitrate
    }
  }
}
