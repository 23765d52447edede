import Foundation
import LongscribeMedia
import LongscribeThreads
import TestSupport
import Testing

/// A file that is no recording, and what must be said about it.
struct BadFile: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// A shell line that makes `$f` in the current folder, where `master.wav` lies.
  var line: String
  var name = "a.mp3"
  var code: MediaError.Code

  static let all = [
    BadFile(testDescription: "missing", line: "true", code: .notFound),
    BadFile(testDescription: "below a file", line: "true", name: "master.wav/a", code: .notFound),
    BadFile(testDescription: "folder", line: "mkdir $f", code: .notAFile),
    BadFile(testDescription: "device", line: "ln -s /dev/zero $f", code: .notAFile),
    BadFile(
      testDescription: "socket",
      line: "perl -MSocket -e 'socket(S,PF_UNIX,SOCK_STREAM,0); bind(S,sockaddr_un(shift))' $f",
      code: .notAFile),
    BadFile(testDescription: "loop of links", line: "ln -s $f $f", code: .notReadable),
    BadFile(
      testDescription: "long text", line: "yes 'a line of text' | head -c 300000 > $f || true",
      code: .notMedia),
    BadFile(testDescription: "zeros", line: "head -c 100000 /dev/zero > $f", code: .notMedia),
    BadFile(
      testDescription: "beginning of a webm",
      line: "ffmpeg -v error -i master.wav -c:a libopus x.webm; head -c 369 x.webm > $f",
      code: .notMedia),
    BadFile(
      testDescription: "beginning of an m4a",
      line: "ffmpeg -v error -i master.wav -c:a aac x.m4a; head -c 30 x.m4a > $f",
      code: .incomplete),
    BadFile(
      testDescription: "subtitles", line: "printf '1\\n00:00:01,000 --> 00:00:02,000\\nHi\\n' > $f",
      code: .notMedia),
    BadFile(
      testDescription: "m3u8", line: "printf '\\xef\\xbb\\xbf#EXTM3U\\nb.mp3\\n' > $f",
      code: .playlist),
    BadFile(
      testDescription: "page of the web", line: "echo '<?xml version=\"1.0\"?><html/>' > $f",
      code: .playlist),
  ]
}

@Suite("Inputs that are no recordings")
struct BadInputTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try WaveFile(Master.at44100, rate: 44_100).write(to: folder.file("master.wav"))
  }

  private func failure(_ path: String) async throws -> MediaError {
    let error = try #require(try await Heard.failure(path))
    let line = error.description
    #expect(!line.isEmpty)
    #expect(line.unicodeScalars.allSatisfy { $0.isPrintable }, "\(line.debugDescription)")
    return error
  }

  @Test("Each is told apart, in one printable line that names the file", arguments: BadFile.all)
  func kinds(_ file: BadFile) async throws {
    try await Programs.shell(
      "cd \(folder.path); f=\(file.name); \(file.line)")
    let error = try await failure(folder.file(file.name))
    #expect(error.code == file.code, "\(error)")
    #expect(error.description.contains(file.name))
  }

  @Test("Rates that no recording has are refused", arguments: [999, 768_001])
  func absurdRates(_ rate: Int) async throws {
    let path = folder.file("rate.wav")
    try WaveFile([0, 0.1, 0.2, 0.1, 0, -0.1], rate: rate).write(to: path)
    #expect(try await failure(path).code == .limit)
  }

  @Test("More channels than any recording has are refused")
  func absurdChannels() async throws {
    let path = folder.file("channels.wav")
    try WaveFile([0.1, 0.2, 0.3], rate: 16_000, gains: Array(repeating: 1, count: 600)).write(
      to: path)
    #expect(try await failure(path).code == .limit)
  }

  @Test("A file that the system does not let us read says so")
  func unreadable() async throws {
    let path = folder.file("secret.wav")
    try WaveFile([0.1, 0.2], rate: 16_000).write(to: path)
    chmod(path, 0)
    // Root may read everything. The user for file access is each thread's own, so one thread can be another user's.
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setUser = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
    let lanes = ThreadLanes(name: "nobody", most: 1)
    let (isAnother, error) = await lanes.run { () -> (Bool, MediaError?) in
      _ = setUser(65_534)
      defer { _ = setUser(geteuid()) }
      // No such user can be, so this changes nothing and gives who it is.
      let isAnother = setUser(.max) == 65_534
      do throws(MediaError) {
        _ = try MediaFile(path: path)
        return (isAnother, nil)
      } catch {
        return (isAnother, error)
      }
    }
    guard isAnother || geteuid() != 0 else {
      print("not run, because this root may not become another user")
      return
    }
    #expect(error?.code == .notReadable)
    #expect(error?.description == "\(path): cannot be read (Permission denied)")
  }

  @Test(
    "Names that could be taken for options, protocols or formats are only names",
    arguments: [
      "-", "-i", "http:x.mp3", "http://127.0.0.1/x.mp3", "concat:a|b.mp3", "pipe:0", "subfile,,x",
      "%s%n.mp3",
      "%d.png", "a\nb.mp3", "a\u{1B}[2Jb.mp3", "a\u{202E}b.mp3", "a\u{2028}b.mp3", " .mp3",
      "\u{E9}\u{4E2D}.mp3",
    ])
  func names(_ name: String) async throws {
    let samples = Array(Master.at16000.prefix(1601))
    let parent = folder.file(name).split(separator: "/").dropLast().joined(separator: "/")
    try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
    let path = folder.file(name)
    try WaveFile(samples, rate: 16_000).write(to: path)
    let heard = try await Heard.hear(path)
    #expect(heard.samples == samples.map(WaveFile.signed16))
    #expect(heard.description.file.unicodeScalars.allSatisfy { $0.isPrintable })
    try Bytes.write("hello", to: path)
    #expect(try await failure(path).code == .notMedia)
    try FileManager.default.removeItem(atPath: path)
    #expect(try await failure(path).code == .notFound)
  }

  @Test("A name of bytes that are no text is not found, and printed safely")
  func undecodableName() async throws {
    let name = String(decoding: [0x61, 0xFF, 0xC3, 0x28, 0x07], as: UTF8.self)
    #expect(try await failure(folder.file(name)).code == .notFound)
  }

  @Test("Tags with control characters are printed safely")
  func tags() async throws {
    let path = folder.file("t.mkv")
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -t 1 -i \(folder.file("master.wav")) "
        + "-metadata:s:a:0 title=$'a\\e[31m\\nb' -c:a flac \(path)")
    let heard = try await Heard.hear(path)
    let title = try #require(heard.description.tracks.first?.title)
    #expect(title.unicodeScalars.allSatisfy { $0.isPrintable })
  }
}

extension Unicode.Scalar {
  /// Whether it neither moves the cursor nor breaks the line.
  var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
  }
}
