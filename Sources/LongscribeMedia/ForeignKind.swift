/// Files that are something else than a recording, by what they begin with, so that the error can say what they are.
///
/// That they are never opened is the business of the list of formats, not of this table.
enum ForeignKind {
  /// Bytes of a file that are looked at.
  static let reach = 1024

  private static let pictures: [[UInt8]] = [
    [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8), Array("II*\0".utf8),
    Array("MM\0*".utf8),
  ]
  private static let playlists = [
    "#extm3u", "ffconcat", "[playlist]", "<?xml", "<mpd", "<asx", "<smil", "file '", "http://",
    "https://",
  ]

  /// The error that says what the file is; `nil` if it may be a recording.
  static func code(_ head: [UInt8]) -> MediaError.Code? {
    if pictures.contains(where: { head.starts(with: $0) }) { return .noAudio }
    let text = String(decoding: head.prefix(reach), as: UTF8.self)
      .drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
    return playlists.contains { text.hasPrefix($0) } ? .playlist : nil
  }
}
