package import Longscribe

/// A probed recording as JSON, with ffprobe's names where it has them; numbers are numbers.
package struct ProbeDocument: Encodable {
  struct Format: Encodable {
    let filename: String
    let streams: Int
    let formatName: String
    let formatLongName: String
    let size: Int64?
    let bitRate: Int64?
    let duration: Double?
    let durationSource: MediaDescription.DurationSource?
    let exact: Bool
    let headerDuration: Double?
    let tags: [String: String]

    enum CodingKeys: String, CodingKey {
      case filename, size, duration, exact, tags
      case streams = "nb_streams"
      case formatName = "format_name"
      case formatLongName = "format_long_name"
      case bitRate = "bit_rate"
      case durationSource = "duration_source"
      case headerDuration = "header_duration"
    }
  }

  struct Stream: Encodable {
    let track: MediaDescription.Track

    enum CodingKeys: String, CodingKey {
      case index, track, channels, language, title, duration, profile
      case codecType = "codec_type"
      case codecName = "codec_name"
      case codecLongName = "codec_long_name"
      case sampleFormat = "sample_fmt"
      case sampleRate = "sample_rate"
      case channelLayout = "channel_layout"
      case bitsPerSample = "bits_per_sample"
      case bitRate = "bit_rate"
      case startTime = "start_time"
      case isDefault = "default"
      case startOffset = "start_offset"
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(track.stream, forKey: .index)
      try values.encode(track.index, forKey: .track)
      try values.encode("audio", forKey: .codecType)
      try values.encode(track.codec, forKey: .codecName)
      try values.encode(track.codecLong, forKey: .codecLongName)
      try values.encodeIfPresent(track.profile, forKey: .profile)
      try values.encodeIfPresent(track.sampleFormat, forKey: .sampleFormat)
      try values.encodeIfPresent(track.bitDepth, forKey: .bitsPerSample)
      try values.encode(track.sampleRate, forKey: .sampleRate)
      try values.encode(track.channels, forKey: .channels)
      try values.encode(track.layout, forKey: .channelLayout)
      try values.encodeIfPresent(track.bitRate, forKey: .bitRate)
      try values.encodeIfPresent(track.startTime, forKey: .startTime)
      try values.encodeIfPresent(track.startOffset, forKey: .startOffset)
      try values.encodeIfPresent(track.duration, forKey: .duration)
      try values.encodeIfPresent(track.language, forKey: .language)
      try values.encodeIfPresent(track.title, forKey: .title)
      try values.encode(track.isDefault, forKey: .isDefault)
    }
  }

  struct Picture: Encodable {
    let index: Int
    let codecType = "video"
    let codecName: String
    let codecLongName: String
    let width: Int?
    let height: Int?

    init(_ picture: MediaDescription.Picture) {
      index = picture.stream
      codecName = picture.codec
      codecLongName = picture.codecLong
      width = picture.width
      height = picture.height
    }

    enum CodingKeys: String, CodingKey {
      case index, width, height
      case codecType = "codec_type"
      case codecName = "codec_name"
      case codecLongName = "codec_long_name"
    }
  }

  /// What counting the packets found.
  struct Scan: Encodable {
    let scan: PacketScan

    enum CodingKeys: String, CodingKey {
      case gaps, jumps, samples
      case packets = "nb_read_packets"
      case corrupt = "corrupt_packets"
      case errors = "read_errors"
      case skipped = "skip_samples"
      case discarded = "discard_padding"
      case gapSeconds = "gap_seconds"
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(scan.packets, forKey: .packets)
      try values.encode(scan.samples, forKey: .samples)
      try values.encode(scan.skippedSamples, forKey: .skipped)
      try values.encode(scan.discardedSamples, forKey: .discarded)
      try values.encode(scan.corruptPackets, forKey: .corrupt)
      try values.encode(scan.readErrors, forKey: .errors)
      try values.encode(scan.gaps, forKey: .gaps)
      try values.encode(scan.gapSeconds, forKey: .gapSeconds)
      try values.encode(scan.jumps, forKey: .jumps)
    }
  }

  let format: Format
  let streams: [Stream]
  let video: Bool
  let videoStreams: [Picture]
  let coverArt: [Picture]
  let scan: Scan?
  let warnings: [String]
  let services: [ServiceNeeds]

  enum CodingKeys: String, CodingKey {
    case format, streams, video, scan, warnings, services
    case videoStreams = "video_streams"
    case coverArt = "cover_art"
  }

  package init(_ description: MediaDescription, _ needs: [ServiceNeeds]) {
    format = Format(
      filename: description.file, streams: description.tracks.count + description.otherStreams,
      formatName: description.format, formatLongName: description.formatLong,
      size: description.byteCount, bitRate: description.bitRate, duration: description.duration,
      durationSource: description.durationSource, exact: description.isDurationExact,
      headerDuration: description.headerDuration,
      tags: Dictionary(description.tags.map { ($0.name, $0.value) }) { first, _ in first })
    streams = description.tracks.map(Stream.init)
    video = description.hasVideo
    videoStreams = description.videos.map(Picture.init)
    coverArt = description.covers.map(Picture.init)
    scan = description.scan.map(Scan.init)
    warnings = description.warnings
    services = needs
  }
}
