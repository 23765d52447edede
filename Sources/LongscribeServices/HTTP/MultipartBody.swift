/// A whole `multipart/form-data` body as a list of places to read from.
///
/// The framing is written here and not by `curl_mime`, for one reason: the size of the body has to be
/// known exactly before a chunk is cut, and the length of libcurl's boundary differs between its
/// versions. libcurl still does the sending, through a read and a seek callback.
struct MultipartBody: Sendable {
  /// Where a stretch of the body comes from.
  private enum Content: Sendable {
    case bytes([UInt8])
    case source(any HTTPBodySource)
  }

  /// A stretch of the body, `start` and `count` in bytes.
  private struct Segment: Sendable {
    let start: Int64
    let count: Int64
    let content: Content
  }

  /// Why a body could not be read; the text is for a failure's message.
  struct ReadError: Error {
    let message: String
  }

  private var segments: [Segment] = []
  /// The size of the whole body in bytes, boundaries included.
  private(set) var byteCount: Int64 = 0
  /// What separates the parts, without the leading dashes.
  let boundary: String

  /// The value of the request's `Content-Type` header.
  var contentType: String { "multipart/form-data; boundary=\(boundary)" }

  init(parts: [MultipartPart], boundary: String = Self.makeBoundary()) {
    self.boundary = boundary
    for part in parts {
      append(part.preamble(boundary: boundary))
      switch part {
      case .field(_, let value): append(Array(value.utf8))
      case .file(_, _, _, let source): append(.source(source), count: source.byteCount)
      }
      append([0x0D, 0x0A])
    }
    append(Array("--\(boundary)--\r\n".utf8))
  }

  /// A separator of constant length with 128 random bits, so that no content contains it.
  static func makeBoundary() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    let tail = (0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] }
    return "longscribe-" + String(decoding: tail, as: UTF8.self)
  }

  /// Copies bytes of the body from `offset` on, across parts, until `buffer` is full.
  ///
  /// - Returns: How many bytes were copied; fewer than fit only at the end of the body.
  /// - Throws: When a source throws, or ends before the size that it promised.
  func read(
    at offset: Int64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ReadError) -> Int {
    var filled = 0
    for segment in segments where segment.start + segment.count > offset + Int64(filled) {
      while filled < buffer.count {
        let inside = offset + Int64(filled) - segment.start
        let left = segment.count - inside
        guard left > 0 else { break }
        let capacity = Int(min(left, Int64(buffer.count - filled)))
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + capacity])
        filled += try Self.copy(segment.content, at: inside, into: target)
      }
    }
    return filled
  }

  private static func copy(
    _ content: Content,
    at offset: Int64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ReadError) -> Int {
    switch content {
    case .bytes(let bytes):
      return HTTPBytes(bytes).read(at: offset, into: buffer)
    case .source(let source):
      let count: Int
      do {
        count = try source.read(at: offset, into: buffer)
      } catch {
        throw ReadError(message: "the file part could not be read at byte \(offset): \(error)")
      }
      guard count != 0 else {
        throw ReadError(message: "the file part ended at byte \(offset), earlier than promised")
      }
      guard (1...buffer.count).contains(count) else {
        throw ReadError(message: "the file part gave an impossible count at byte \(offset)")
      }
      return count
    }
  }

  private mutating func append(_ bytes: [UInt8]) {
    append(.bytes(bytes), count: Int64(bytes.count))
  }

  private mutating func append(_ content: Content, count: Int64) {
    let (end, overflow) = byteCount.addingReportingOverflow(max(0, count))
    guard !overflow else {
      byteCount = .max
      return
    }
    segments.append(Segment(start: byteCount, count: max(0, count), content: content))
    byteCount = end
  }
}

extension HTTPRequest {
  /// The exact size in bytes of the body that a request with these parts has on the wire.
  ///
  /// It covers boundaries and part headers, and equals the request's `Content-Length`.
  package static func multipartByteCount(of parts: [MultipartPart]) -> Int64 {
    MultipartBody(parts: parts).byteCount
  }
}
