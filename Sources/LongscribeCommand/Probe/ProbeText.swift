import Longscribe
import LongscribeInterchange

/// A probed recording as people read it: one block a file.
enum ProbeText {
  /// Room for a label, its gap included.
  private static let column = 20

  static func block(_ description: MediaDescription, _ needs: [ServiceNeeds]) -> String {
    var rows: [(label: String, text: String)] = [
      ("container", container(description)), ("duration", duration(description)),
    ]
    rows += description.tracks.map { ("track \($0.index)", track($0, description)) }
    rows += description.videos.map { ("video", picture($0)) }
    rows += description.covers.map { ("cover art", picture($0)) }
    rows += description.tags.map { ($0.name.replacing("_", with: " "), $0.value) }
    rows += needs.map { ($0.label, $0.sentence) }
    return rows.reduce("\(description.file)\n") { text, row in
      let gap = String(repeating: " ", count: max(1, column - row.label.count))
      return text + "  \(row.label)\(gap)\(row.text)\n"
    }
  }

  private static func container(_ description: MediaDescription) -> String {
    joined([
      description.formatLong, description.byteCount.map { "\($0) bytes" },
      description.bitRate.map(bitRate),
    ])
  }

  private static func duration(_ description: MediaDescription) -> String {
    guard let duration = description.duration, let source = description.durationSource else {
      return "not told by the container; --exact counts it"
    }
    let origin =
      switch source {
      case .header: "from the header"
      case .timestamps: "from the timestamps, a guess; --exact counts it"
      case .bitrate: "from size and bit rate, a guess; --exact counts it"
      case .packetScan: "counted"
      case .decoded: "decoded"
      }
    let certainty =
      description.isDurationExact
      ? ", exact" : source == .packetScan ? "; decoding may give a little less or more" : ""
    return "\(TimeText.clock(Timeline.samples(duration))) (\(origin)\(certainty))"
  }

  private static func track(
    _ track: MediaDescription.Track, _ description: MediaDescription
  ) -> String {
    let isMarked = description.tracks.count > 1 && track.index == description.defaultTrack?.index
    return joined([
      track.profile.map { "\(track.codec) (\($0))" } ?? track.codec,
      track.sampleRate > 0 ? "\(track.sampleRate) Hz" : nil,
      track.layout, track.bitDepth.map { "\($0) bit" } ?? track.sampleFormat,
      track.bitRate.map(bitRate), track.language, track.title.map { "“\($0)”" },
      track.startOffset.flatMap(offset), isMarked ? "default" : nil,
    ])
  }

  /// How long a track starts after the presentation; nothing below what anybody notices.
  private static func offset(_ seconds: Double) -> String? {
    guard seconds > 0.001, seconds < 1e9 else { return nil }
    let milliseconds = Int64((seconds * 1000).rounded())
    let rest = String(milliseconds % 1000)
    let zeros = String(repeating: "0", count: 3 - rest.count)
    return "starts \(milliseconds / 1000).\(zeros)\(rest) s after the video"
  }

  private static func picture(_ picture: MediaDescription.Picture) -> String {
    var size: String?
    if let width = picture.width, let height = picture.height { size = "\(width)×\(height)" }
    return joined([picture.codec, size])
  }

  private static func bitRate(_ bits: Int64) -> String { "\((bits + 500) / 1000) kb/s" }

  private static func joined(_ parts: [String?]) -> String {
    parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
