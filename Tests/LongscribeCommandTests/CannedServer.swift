import Foundation
import Glibc
import Synchronization

/// A server on loopback that answers every request with the same bytes, whatever they are.
final class CannedServer: Sendable {
  let port: UInt16
  private let descriptor: Int32
  private let received = Mutex<[String]>([])

  /// What came before the body of each request.
  var heads: [String] { received.withLock { $0 } }

  init(answer: String) throws {
    signal(SIGPIPE, SIG_IGN)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isListening else { throw CocoaError(.featureUnsupported) }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { break }
        serve(connection, answer)
      }
      // Closed here: while a connection is served, somebody else could be given the descriptor, and be listened at.
      close(descriptor)
    }
  }

  /// Stops taking connections.
  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func serve(_ connection: Int32, _ answer: String) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var missing = Int.max
    while missing > 0 {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
      guard let head = Self.head(bytes) else { continue }
      missing = head.utf8.count + 4 + Self.contentLength(head) - bytes.count
    }
    if let head = Self.head(bytes) { received.withLock { $0.append(head) } }
    let reply = Array(answer.utf8)
    _ = write(connection, reply, reply.count)
    close(connection)
  }

  private static func head(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes.prefix(8192), as: UTF8.self)
    return text.range(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) }
  }

  private static func contentLength(_ head: String) -> Int {
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    return line.flatMap {
      Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces))
    }
      ?? 0
  }
}
