import Longscribe

/// Tells recordings from other files by their names, as folders are searched.
///
/// A file that is named on the command line is opened whatever it is called.
enum RecordingNames {
  /// Extensions of the containers that we demux, in lower case.
  private static let extensions: Set<String> = [
    // Audio
    "aac", "ac3", "adts", "aif", "aifc", "aiff", "amr", "ape", "au", "awb", "caf", "dff", "dsf",
    "dts", "eac3",
    "flac", "gsm", "m4a", "m4b", "m4r", "mka", "mlp", "mp1", "mp2", "mp3", "mpa", "mpc", "mpga",
    "oga", "ogg",
    "oma", "opus", "ra", "rm", "snd", "spx", "tak", "thd", "tta", "voc", "w64", "wav", "wave",
    "weba", "wma",
    "wv", "xwma",
    // Video
    "3g2", "3gp", "asf", "avi", "divx", "dv", "f4v", "flv", "m2ts", "m4v", "mj2", "mkv", "mov",
    "mp4", "mpeg",
    "mpg", "mts", "mxf", "nsv", "nut", "ogm", "ogv", "qt", "rmvb", "ts", "vob", "webm", "wmv",
    "wtv",
  ]

  /// Whether a file of a folder is a recording by its name: hidden files are not.
  static func isRecording(_ name: String) -> Bool {
    guard !name.hasPrefix("."), let dot = name.lastIndex(of: ".") else { return false }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }

  /// Whether a file was made by 'longscribe split', which names them so beside its plan.
  static func isChunk(_ name: String) -> Bool {
    name.wholeMatch(of: /chunk-[0-9]{5,}\.[a-z0-9]+/) != nil
  }

  /// What 'longscribe split' calls its plan.
  static let plan = "plan.json"
}
