import Glibc
import LongscribeServices
import Synchronization
import Testing

/// The suites that use the network run one after another: they measure times and count connections.
@Suite("HTTP over loopback", .serialized, .timeLimit(.minutes(10)))
struct HTTPNetworkTests {}

/// A file of any size whose content is computed and not stored.
struct PatternSource: HTTPBodySource {
  let byteCount: Int64
  /// What every request of libcurl's asked for, in bytes.
  let requestedCounts = RecordedValues<Int>()

  static func byte(at offset: Int64) -> UInt8 {
    UInt8(truncatingIfNeeded: offset &* 31 &+ offset >> 8)
  }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    requestedCounts.append(buffer.count)
    for index in buffer.indices { buffer[index] = Self.byte(at: offset + Int64(index)) }
    return buffer.count
  }
}

/// Values noted on one thread and looked at on another.
final class RecordedValues<Value: Sendable>: Sendable {
  private let storage = Mutex<[Value]>([])

  var all: [Value] { storage.withLock { $0 } }

  func append(_ value: Value) {
    storage.withLock { $0.append(value) }
  }
}

extension MultipartPart {
  /// A file part with the given content.
  static func file(_ source: any HTTPBodySource, fileName: String = "chunk.wav") -> MultipartPart {
    .file(name: "file", fileName: fileName, contentType: "audio/wav", source: source)
  }

  /// A file part that is too large for the sockets' buffers.
  static var largeFile: MultipartPart { .file(PatternSource(byteCount: 30_000_000)) }
  static var smallFile: MultipartPart { .file(HTTPBytes(Array("RIFF".utf8))) }
}

/// Sends a request that must fail, and returns how it did.
func failure(
  of client: HTTPClient,
  _ request: HTTPRequest,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> HTTPFailure {
  try await #require(throws: HTTPFailure.self, sourceLocation: sourceLocation) {
    _ = try await client.send(request)
  }
}

/// Memory of this process, as the kernel counts it.
enum ProcessMemory {
  /// Makes the present resident size the peak.
  static func resetPeak() throws {
    let file = try #require(fopen("/proc/self/clear_refs", "w"))
    defer { fclose(file) }
    try #require(fputs("5", file) >= 0)
  }

  /// The highest resident size since the last reset, in KiB.
  static func peak() throws -> Int {
    let file = try #require(fopen("/proc/self/status", "r"))
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let words = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
        as: UTF8.self
      )
      .split { $0 == "\t" || $0 == " " }
      if words.first == "VmHWM:" { return try #require(Int(words[1])) }
    }
    throw LoopbackServer.SocketError(call: "VmHWM", number: 0)
  }
}
