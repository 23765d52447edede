import Foundation
import LongscribeMedia
import TestSupport
import Testing

/// Watches a port and a file, to prove that nobody comes.
final class Trap {
  let port: UInt16
  private let socket: Int32
  private let watch: Int32

  init(file: String) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 5) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    watch = inotify_init1(Int32(IN_NONBLOCK))
    try #require(isBound && watch >= 0)
    try #require(inotify_add_watch(watch, file, UInt32(IN_OPEN | IN_ACCESS)) >= 0)
  }

  deinit {
    close(socket)
    close(watch)
  }

  /// Whether somebody connected.
  var wasCalled: Bool {
    let connection = accept(socket, nil, nil)
    if connection >= 0 { close(connection) }
    return connection >= 0
  }

  /// Whether somebody opened or read the file.
  var wasOpened: Bool {
    var events = [UInt8](repeating: 0, count: 4096)
    return read(watch, &events, events.count) > 0
  }
}

@Suite("Playlists and scripts that pose as recordings")
struct PlaylistTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try WaveFile(Array(Master.at16000.prefix(16_000)), rate: 16_000).write(
      to: folder.file("victim.wav"))
  }

  /// What a playlist names is `VICTIM`.
  static let scripts = [
    "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nVICTIM\n#EXT-X-ENDLIST\n",
    "\u{FEFF}\r\n #EXTM3U\r\nVICTIM\r\n",
    "ffconcat version 1.0\nfile VICTIM\n",
    "file 'VICTIM'\n",
    "[playlist]\nFile1=VICTIM\nNumberOfEntries=1\n",
    "<?xml version=\"1.0\"?><MPD type=\"static\"><Period><AdaptationSet><BaseURL>VICTIM</BaseURL></AdaptationSet></Period></MPD>",
    "<ASX version=\"3.0\"><Entry><Ref href=\"VICTIM\"/></Entry></ASX>",
    "VICTIM\n",
    "RTSPtextRTSP://VICTIM\n",
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\na=control:VICTIM\n",
  ]

  @Test(
    "Neither the network nor another file is touched", arguments: scripts,
    ["file", "folder", "address", "address through a pipe", "file through a pipe"])
  func untouched(_ script: String, _ target: String) async throws {
    let path = folder.file("list.mp3")
    let trap = try Trap(file: folder.file("victim.wav"))
    let victim =
      target.hasPrefix("address")
      ? "http://127.0.0.1:\(trap.port)/x.ts"
      : target == "folder" ? "victim.wav" : folder.file("victim.wav")
    let text = script.replacing("VICTIM", with: victim)
    let isPipe = target.hasSuffix("pipe")
    if isPipe {
      try #require(mkfifo(path, 0o600) == 0)
      Feeder.feed(Data(text.utf8), to: path)
    } else {
      try Bytes.write(text, to: path)
    }
    let error = try #require(try await Heard.failure(path))
    #expect(error.code == .playlist || error.code == .notMedia, "\(error)")
    let isKnown = ["#EXTM3U", "ffconcat", "[playlist]", "<?xml"].contains { script.contains($0) }
    if isKnown, !isPipe {
      #expect(error.code == .playlist)
      #expect(error.description.contains("is a playlist, not a recording"))
    }
    #expect(!trap.wasCalled)
    #expect(!trap.wasOpened)
  }
}
