/// What browsers call the kinds of recordings that they play.
public enum BrowserMedia {
  private static let types = [
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg",
    "oga": "audio/ogg", "opus": "audio/ogg", "flac": "audio/flac", "wav": "audio/wav",
    "weba": "audio/webm", "webm": "video/webm", "mp4": "video/mp4", "m4v": "video/mp4",
    "mov": "video/quicktime",
  ]

  /// The media type that goes with the extension of a file's name; `nil` for kinds that browsers rarely play.
  public static func type(ofFileNamed name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return types[name[name.index(after: dot)...].lowercased()]
  }

  /// A relative path as a relative address: bytes that mean something in URLs, and those that are no ASCII, become escapes.
  public static func address(ofPath bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var address = String.UnicodeScalarView()
    for byte in bytes {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "/": true
        default: false
        }
      if isPlain {
        address.append(scalar)
      } else {
        address.append("%")
        address.append(digits[Int(byte >> 4)])
        address.append(digits[Int(byte & 15)])
      }
    }
    return String(address)
  }
}
