import CMicrohttpd

/// Feeds an answer to libmicrohttpd piece by piece.
///
/// Used on the server's thread only.
final class HTTPAnswerBody {
  private let answer: HTTPAnswer
  private let exchange: HTTPExchange
  private let connection: OpaquePointer?
  private unowned let server: HTTPServer
  private let pause: Double
  private var piece = 0
  private var offset = 0
  /// Whether the pause before the current piece has been made.
  private var hasPaused = true

  init(
    answer: HTTPAnswer,
    exchange: HTTPExchange,
    connection: OpaquePointer?,
    server: HTTPServer,
    pause: Double
  ) {
    self.answer = answer
    self.exchange = exchange
    self.connection = connection
    self.server = server
    self.pause = pause
  }

  /// A response that keeps this object alive until it is destroyed.
  func makeResponse() -> OpaquePointer? {
    var size = smhd_size_unknown()
    if answer.hasLength {
      let bytes = answer.pieces.reduce(0) { $0 + $1.count }
      size = UInt64(bytes)
      if bytes == 0 { server.finish(exchange) }
    }
    let context = Unmanaged.passRetained(self)
    let response = MHD_create_response_from_callback(
      size, 64 * 1024,
      { context, _, buffer, capacity in
        guard let context, let buffer else { return smhd_end_with_error() }
        let body = Unmanaged<HTTPAnswerBody>.fromOpaque(context).takeUnretainedValue()
        return body.read(UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
      },
      context.toOpaque(),
      { context in
        if let context { Unmanaged<HTTPAnswerBody>.fromOpaque(context).release() }
      }
    )
    if response == nil { context.release() }
    return response
  }

  /// Copies the next bytes; 0 means "not yet", the connection being suspended for the pause.
  private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard !server.isStopping else { return smhd_end_with_error() }
    while piece < answer.pieces.count, answer.pieces[piece].isEmpty { piece += 1 }
    guard piece < answer.pieces.count else {
      server.finish(exchange)
      return answer.ending == .cut ? smhd_end_with_error() : smhd_end_of_stream()
    }
    if !hasPaused, pause > 0 {
      hasPaused = true
      guard server.suspend(connection, for: exchange) else { return smhd_end_with_error() }
      server.resume(exchange, after: pause)
      return 0
    }
    let bytes = answer.pieces[piece]
    let end = min(offset + buffer.count, pieceEnd(bytes))
    buffer.copyBytes(from: bytes[offset..<end])
    let copied = end - offset
    offset = end
    if offset == pieceEnd(bytes) {
      piece += 1
      offset = 0
      hasPaused = false
    }
    if piece == answer.pieces.count { server.finish(exchange) }
    return copied
  }

  /// An answer of a single piece with a length that is to be cut breaks off in its middle.
  private func pieceEnd(_ bytes: [UInt8]) -> Int {
    answer.ending == .cut && answer.hasLength ? max(1, bytes.count / 2) : bytes.count
  }
}
