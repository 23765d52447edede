import Glibc

/// A request as it came over the wire.
struct ReceivedRequest: Sendable {
  /// The request line, without its line break.
  let line: String
  /// The header lines in order, split at the first colon.
  let headers: [(name: String, value: String)]
  /// The body, if the server read it.
  var body: [UInt8] = []

  func values(of name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  var contentLength: Int { values(of: "Content-Length").first.flatMap { Int($0) } ?? 0 }
}

/// One accepted connection, as seen by a server's behaviour.
final class LoopbackConnection {
  /// `POLLRDHUP`, which the C library shows to GNU sources only.
  private let pollReadHangUp: Int16 = 0x2000
  private let descriptor: Int32
  /// Counts the server's connections, from 1.
  let number: Int
  private var buffer: [UInt8] = []
  /// Where the system puts what it receives; allocated once, so that memory tests see the client.
  private var scratch = [UInt8](repeating: 0, count: 65_536)

  init(descriptor: Int32, number: Int) {
    self.descriptor = descriptor
    self.number = number
  }

  /// Reads a request's head, or returns nil when the client has gone.
  func readHead() -> ReceivedRequest? {
    let end: [UInt8] = [13, 10, 13, 10]
    while true {
      if let position = buffer.indices.first(where: { buffer[$0...].starts(with: end) }) {
        var lines = String(decoding: buffer[..<position], as: UTF8.self)
          .split(separator: "\r\n").map(String.init)
        buffer.removeFirst(position + 4)
        let line = lines.removeFirst()
        let headers = lines.map { line in
          let colon = line.firstIndex(of: ":") ?? line.endIndex
          return (String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        return ReceivedRequest(line: line, headers: headers)
      }
      guard buffer.count < 65_536, receive() else { return nil }
    }
  }

  /// Reads a whole request, or returns nil when the client has gone.
  func readRequest() -> ReceivedRequest? {
    guard var request = readHead() else { return nil }
    request.body.reserveCapacity(request.contentLength)
    guard readBody(request.contentLength, { request.body += $0 }) else { return nil }
    return request
  }

  /// Reads `count` bytes piece by piece, and says whether all of them came.
  @discardableResult
  func readBody(_ count: Int, _ take: (ArraySlice<UInt8>) -> Void = { _ in }) -> Bool {
    var left = count
    while left > 0 {
      if buffer.isEmpty, !receive() { return false }
      let count = min(left, buffer.count)
      take(buffer[..<count])
      buffer.removeFirst(count)
      left -= count
    }
    return true
  }

  /// Sends text, and says whether the client was still there.
  @discardableResult
  func write(_ text: String) -> Bool {
    write(Array(text.utf8))
  }

  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { rest in
        send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Sends an answer with a `Content-Length`.
  func answer(_ status: String, headers: [String] = [], body: String = "") {
    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
    write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  /// Sends nothing more, and lets the client see that.
  func endWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Makes the coming close a reset, which throws away what is still on its way.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Reads and drops everything until the client closes.
  func drain() {
    repeat { buffer.removeAll(keepingCapacity: true) } while receive()
  }

  /// Waits, without reading, until the client closes or the time is over.
  func holdOpen(milliseconds: Int32) {
    var poller = pollfd(fd: descriptor, events: pollReadHangUp, revents: 0)
    poll(&poller, 1, milliseconds)
  }

  private func receive() -> Bool {
    let count = scratch.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return false }
    buffer += scratch[..<count]
    return true
  }
}

/// Waits on the calling server thread.
func pause(milliseconds: UInt32) {
  usleep(milliseconds * 1_000)
}
