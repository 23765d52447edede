private import Foundation
private import LongscribeThreads

/// Pages to look at transcripts, as files.
///
/// ```swift
/// let page = try await Report.make(of: "talk.json", to: "talk.html", audio: .linked("talk.m4a"))
/// print(page.byteCount)
/// ```
///
/// `ReportPage` makes the same page without files.
public enum Report {
  /// How a page has its recording.
  public enum Audio: Sendable, Hashable {
    /// The page refers to this file, by its way from the page.
    case linked(String)
    /// The page holds the bytes of this file.
    case embedded(String)

    /// The recording's file.
    public var path: String {
      switch self {
      case .linked(let path), .embedded(let path): path
      }
    }
  }

  /// A page that was made.
  public struct Page: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Its size.
    public let byteCount: Int
    /// How many segments it shows.
    public let segments: Int
  }

  /// Most bytes of a recording that is put into a page (16 MB): base64 makes them a third more, and some browsers refuse such addresses
  /// above 32 MB.
  public static let maximumEmbeddedBytes: Int64 = 16_000_000

  /// Makes a page of a transcript's JSON.
  ///
  /// The page appears under its name only when it is whole. It never takes the place of the transcript or of the recording.
  ///
  /// - Parameters:
  ///   - run: The JSON: `transcribe -f json`, or any `verbose_json`.
  ///   - path: The page to be; its folder exists.
  ///   - audio: The recording; without one the page asks for it when it is to be heard.
  ///   - overwrites: Whether a file of that name is replaced.
  public static func make(
    of run: String, to path: String, audio: Audio? = nil, overwrites: Bool = false
  ) async throws(ReportError) -> Page {
    let result = await ThreadLanes(name: "longscribe report", most: 1).run {
      Transcriber.result { () throws(ReportError) in
        try write(run, to: path, audio: audio, overwrites: overwrites)
      }
    }
    return try result.get()
  }

  private static func write(
    _ run: String, to path: String, audio: Audio?, overwrites: Bool
  ) throws(ReportError) -> Page {
    let source = try open(run)
    let recording = try audio.map { audio throws(ReportError) in try open(audio.path) }
    try check(path, source, recording, overwrites: overwrites)
    let document = try readDocument(source)
    let page = ReportPage(
      document, title: title(source.name),
      audio: try audioSource(audio, recording, of: path))
    let bytes = Array(page.html.utf8)
    try media { () throws(MediaError) in
      var file = try OutputFile(path, overwrites: overwrites)
      _ = try file.copy { offset, buffer in
        let part = bytes[min(bytes.count, Int(offset))...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
      }
      try file.commit()
    }
    return Page(path: path, byteCount: bytes.count, segments: document.segments.count)
  }

  private static func media<R>(_ body: () throws(MediaError) -> R) throws(ReportError) -> R {
    do throws(MediaError) {
      return try body()
    } catch {
      throw .media(error)
    }
  }

  private static func open(_ path: String) throws(ReportError) -> MediaFile {
    let file = try media { () throws(MediaError) in try MediaFile(path: path) }
    guard !file.isPipe else {
      throw .media(
        MediaError(.notAFile, file: file.displayName, detail: "it is a pipe; name a file"))
    }
    return file
  }

  /// Looks at the page's name before any work is done.
  private static func check(
    _ path: String, _ source: MediaFile, _ recording: MediaFile?, overwrites: Bool
  ) throws(ReportError) {
    if source.isNamed(path) {
      throw .media(
        MediaError(
          .notWritable, file: FileName.printable(path), detail: "it is the transcript itself"))
    }
    try media { () throws(MediaError) in
      if let recording {
        try OutputFile.check(path, for: recording, overwrites: overwrites)
      } else {
        try OutputFile.check(path, overwrites: overwrites)
      }
    }
  }

  private static func readDocument(_ file: MediaFile) throws(ReportError) -> RunDocument {
    // One byte more than is allowed, so that too much is seen to be too much.
    let json = try read(file, most: RunDocument.maximumBytes + 1)
    do throws(RunDocumentError) {
      return try RunDocument(json: json)
    } catch {
      throw .document(file.displayName, error)
    }
  }

  private static func read(_ file: MediaFile, most: Int) throws(ReportError) -> Data {
    var bytes = Data(count: min(most, Int(file.byteCount ?? 0)))
    var position = 0
    while position < bytes.count {
      let outcome = bytes.withUnsafeMutableBytes { buffer in
        Transcriber.result { () throws(StorageError) in
          try file.read(
            at: Int64(position), into: UnsafeMutableRawBufferPointer(rebasing: buffer[position...]))
        }
      }
      let count: Int
      switch outcome {
      case .success(let some): count = some
      case .failure(let error):
        throw .media(MediaError(.notReadable, file: file.displayName, detail: error.detail))
      }
      guard count > 0 else { break }
      position += count
    }
    return bytes.prefix(position)
  }

  /// The recording as the page has it.
  private static func audioSource(
    _ audio: Audio?, _ recording: MediaFile?, of path: String
  ) throws(ReportError) -> ReportPage.Audio {
    guard let audio, let recording else { return .none }
    switch audio {
    case .linked(let file):
      let way = try media { () throws(MediaError) in try RelativePath.bytes(to: file, from: path) }
      return .file(address: BrowserMedia.address(ofPath: way))
    case .embedded:
      let byteCount = recording.byteCount ?? 0
      guard byteCount <= maximumEmbeddedBytes else {
        throw .tooLargeToEmbed(recording.displayName, byteCount: byteCount)
      }
      // Browsers look into what has no kind of its own.
      let type = BrowserMedia.type(ofFileNamed: recording.name) ?? "application/octet-stream"
      return .embedded(
        try read(recording, most: Int(maximumEmbeddedBytes)), mediaType: type)
    }
  }

  /// A file's name without `.json`.
  private static func title(_ name: String) -> String {
    let ending = ".json"
    guard name.count > ending.count, name.lowercased().hasSuffix(ending) else { return name }
    return String(name.dropLast(ending.count))
  }
}
