/// Puts an answer together from the header lines and body pieces that libcurl delivers.
struct AnswerCollector {
  /// The most that all header lines of an answer may have together, in bytes.
  static let headerLimit = 256 << 10

  /// The final status; 1xx answers only announce another one.
  private(set) var status: Int?
  private(set) var headers: [HTTPHeader] = []
  private(set) var body: [UInt8] = []
  /// All header bytes received, those of 1xx answers included.
  private(set) var headerByteCount: Int64 = 0
  private var lineStatus: Int?

  /// Takes one complete header line, its line break included.
  ///
  /// - Returns: Whether the headers are still within ``headerLimit``.
  mutating func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
    headerByteCount += Int64(line.count)
    guard headerByteCount <= Self.headerLimit else { return false }
    // Lines after the end of the final headers are trailers.
    guard status == nil else { return true }
    if line.starts(with: "HTTP/".utf8) {
      lineStatus = Self.status(ofLine: line)
      headers = []
    } else if let header = HTTPHeader(line: line) {
      headers.append(header)
    } else if let lineStatus, lineStatus >= 200, line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
      status = lineStatus
    }
    return true
  }

  /// Takes a piece of the body.
  ///
  /// - Returns: Whether the body is still within `limit` bytes; if not, the piece is not kept.
  mutating func receive(body piece: UnsafeRawBufferPointer, limit: Int) -> Bool {
    guard piece.count <= limit - body.count else { return false }
    body.append(contentsOf: piece)
    return true
  }

  /// The number in `HTTP/1.1 200 OK`.
  private static func status(ofLine line: UnsafeRawBufferPointer) -> Int? {
    let digits = line.drop { $0 != 0x20 }.dropFirst().prefix(3)
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
