import Foundation
import Synchronization
import TestSupport
import Testing

/// A port on this machine that counts who comes.
private final class Listener: Sendable {
  let port: UInt16
  private let socket: Int32

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 5) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(isListening)
  }

  deinit { close(socket) }

  var wasCalled: Bool {
    let connection = accept(socket, nil, nil)
    if connection >= 0 { close(connection) }
    return connection >= 0
  }
}

/// Playlists that pose as recordings, with the kernel as the witness of what is opened and called.
@Suite("Corpus: playlists under strace")
struct CorpusPlaylistTests {
  static let scripts = [
    "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nVICTIM\n#EXT-X-ENDLIST\n",
    "ffconcat version 1.0\nfile VICTIM\n",
  ]

  @Test(
    .enabled("strace is not allowed here") { try await Programs.canTrace },
    arguments: scripts, ["relative", "absolute", "address"])
  func `nothing that a playlist names is opened or called`(_ script: String, _ target: String)
    async throws
  {
    let folder = try TemporaryFolder()
    let listener = try Listener()
    try FileManager.default.copyItem(
      atPath: try await Corpus.path("victim.ts"), toPath: folder.file("victim.ts"))
    let victim =
      switch target {
      case "relative": "victim.ts"
      case "absolute": folder.file("victim.ts")
      default: "http://127.0.0.1:\(listener.port)/victim.ts"
      }
    try script.replacing("VICTIM", with: victim).write(
      toFile: folder.file("list.mp3"), atomically: false, encoding: .utf8)
    for command in ["plan", "probe", "transcribe"] {
      let result = try await Programs.run(
        "/usr/bin/strace",
        [
          "-f", "-qq", "-e", "trace=open,openat,openat2,connect,socket", "-o", "calls",
          Programs.longscribe, command, "list.mp3",
        ], folder: folder.path, limit: 60)
      #expect(result.status == 65)
      #expect(result.errors.contains("is a playlist"))
      let calls = try text(of: folder.file("calls"))
      #expect(calls.contains("list.mp3"), "the trace saw nothing")
      #expect(!calls.contains("victim"))
      #expect(!calls.contains("connect(") && !calls.contains("socket("))
    }
    // Through a pipe nothing is looked at beforehand, so what holds is what FFmpeg is allowed.
    let result = try await Command.bash(
      "cat list.mp3 | strace -f -qq -e trace=open,openat,openat2,connect,socket -o calls "
        + "\"$longscribe\" plan /dev/stdin", folder: folder.path)
    #expect(result.status == 65)
    let calls = try text(of: folder.file("calls"))
    #expect(calls.contains("/dev/stdin"), "the trace saw nothing")
    #expect(!calls.contains("victim") && !calls.contains("connect(") && !calls.contains("socket("))
    #expect(!listener.wasCalled)
  }
}

extension Programs {
  /// Whether the kernel lets one process watch another: containers may forbid it.
  fileprivate static var canTrace: Bool {
    get async throws {
      try await run("/bin/sh", ["-c", "strace -qq -o /dev/null true"]).status == 0
    }
  }
}
