/// Why a file could not be read as a recording, or a chunk not be rendered.
public struct MediaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of error.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The name in events.
    public let rawValue: String

    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// There is no such file.
    public static let notFound = Code(rawValue: "not_found")
    /// It is a folder, a device or a socket.
    public static let notAFile = Code(rawValue: "not_a_file")
    /// The system does not let us read it.
    public static let notReadable = Code(rawValue: "not_readable")
    /// The file has no bytes.
    public static let empty = Code(rawValue: "empty")
    /// The file is not a recording.
    public static let notMedia = Code(rawValue: "not_media")
    /// The file names other files or addresses instead of holding a recording.
    public static let playlist = Code(rawValue: "playlist")
    /// The file ends before its index.
    public static let incomplete = Code(rawValue: "incomplete")
    /// There is no audio in it.
    public static let noAudio = Code(rawValue: "no_audio")
    /// There is an audio track, but not a single sample in it.
    public static let noSamples = Code(rawValue: "no_samples")
    /// The track that was asked for does not exist.
    public static let noSuchTrack = Code(rawValue: "no_such_track")
    /// The channel that was asked for does not exist.
    public static let noSuchChannel = Code(rawValue: "no_such_channel")
    /// There is no decoder or encoder.
    public static let unsupported = Code(rawValue: "unsupported")
    /// A bound that protects this machine was reached.
    public static let limit = Code(rawValue: "limit")
    /// Most of the file could not be decoded.
    public static let damaged = Code(rawValue: "damaged")
    /// Something is not as it should be, and that was not to be put up with.
    public static let notClean = Code(rawValue: "not_clean")
    /// It is not what it was when its transcription began.
    public static let changed = Code(rawValue: "changed")
    /// The disk for temporary files is full or fails.
    public static let storage = Code(rawValue: "storage")
    /// There is a file of the name that should be written.
    public static let exists = Code(rawValue: "exists")
    /// The system does not let us write the output.
    public static let notWritable = Code(rawValue: "not_writable")
    /// The service takes only less in one file.
    public static let tooLongForOne = Code(rawValue: "too_long_for_one")
    /// The caller cancelled.
    public static let cancelled = Code(rawValue: "cancelled")
  }

  /// The kind of error.
  public var code: Code
  /// The file as it was named, safe to print.
  public var file: String
  /// The system's or FFmpeg's own words.
  public var detail: String?

  /// An error with every part given.
  public init(_ code: Code, file: String, detail: String? = nil) {
    self.code = code
    self.file = file
    self.detail = detail
  }

  /// One line that names the file and what can be done.
  public var description: String {
    let reason = detail.map { " (\($0))" } ?? ""
    return switch code {
    case .notFound: "\(file): no such file\(reason)"
    case .notAFile: "\(file): is not a file\(reason)"
    case .notReadable: "\(file): cannot be read\(reason)"
    case .empty: "\(file): the file is empty"
    case .changed:
      "\(file): is not what it was when its transcription began\(reason); --fresh starts over"
    case .notMedia: "\(file): is not a recording that can be read\(reason)"
    case .playlist:
      "\(file): is a playlist, not a recording; download what it names and give that file"
    case .incomplete:
      "\(file): its index is missing, so it is probably an incomplete download; fetch it again"
    case .noAudio: "\(file): has no audio track"
    case .noSamples:
      detail.map { "\(file): there is nothing to hear; \($0)" }
        ?? "\(file): its audio track holds no sound at all"
    case .noSuchTrack: "\(file): has no such audio track\(reason)"
    case .noSuchChannel: "\(file): has no such channel\(reason)"
    case .unsupported: "\(file): not supported\(reason)"
    case .limit: "\(file): refused for safety\(reason)"
    case .notClean: "\(file): refused as asked\(reason)"
    case .damaged: "\(file): too damaged to decode\(reason)"
    case .storage:
      "\(file): no room for temporary files\(reason); "
        + "choose a folder for them on a disk with room (on the command line: TMPDIR)"
    case .exists: "\(file): is there already\(reason)"
    case .notWritable: "\(file): cannot be written\(reason)"
    case .tooLongForOne: "\(file): cannot be one file\(reason)"
    case .cancelled: "\(file): cancelled"
    default: "\(file): \(code.rawValue)\(reason)"
    }
  }
}
