import Foundation
import Glibc

/// A connection whose single reads can be looked at.
enum RawConnection {
  /// Sends a request and returns what each read brought, up to the end of the connection.
  static func reads(port: UInt16, request: Data) async -> [[UInt8]] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: exchange(port: port, request: [UInt8](request)))
      }
    }
  }

  private static func exchange(port: UInt16, request: [UInt8]) -> [[UInt8]] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0, write(descriptor, request, request.count) == request.count else {
      return []
    }
    var reads: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return reads }
      reads.append(Array(buffer[..<count]))
    }
  }

  /// A request with a form, written by hand; the server closes the connection after it.
  static func form(path: String, fields: [(String, String)], wav: Data) -> Data {
    var body = Data()
    for (name, value) in fields {
      body += Data(
        "--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Data(
      ("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
        + "Content-Type: audio/wav\r\n\r\n").utf8)
    body += wav + Data("\r\n--edge--\r\n".utf8)
    let head = """
      POST \(path) HTTP/1.1\r
      Host: 127.0.0.1\r
      Authorization: Bearer simulator-key\r
      Content-Type: multipart/form-data; boundary="edge"\r
      Content-Length: \(body.count)\r
      Connection: close\r
      \r

      """
    return Data(head.utf8) + body
  }
}
