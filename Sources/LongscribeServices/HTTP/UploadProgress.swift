import CCurl

/// How much of a request has gone out, over all attempts.
///
/// There can be several: when a kept connection turns out to be dead, libcurl repeats the request on
/// a new one by itself.
struct UploadProgress {
  /// How often the request was about to be sent over a ready connection.
  private(set) var attempts = 0
  /// Where the next byte of the body is read from.
  var readOffset: Int64 = 0
  /// Bytes of the body that the network accepted in the last attempt.
  private(set) var bytesSent: Int64 = 0
  /// The same for the attempt that got furthest.
  private(set) var mostBytesSent: Int64 = 0
  /// Whether any byte, of the head or the body, was accepted in any attempt.
  private(set) var anythingSent = false
  /// The head bytes counted before this attempt; a proxy's CONNECT is among them.
  private var earlierHeadBytes = 0

  /// Notes that a connection is ready and the request is about to go out from its first byte.
  mutating func beginAttempt(on easy: UnsafeMutableRawPointer) {
    refresh(from: easy)
    attempts += 1
    readOffset = 0
    earlierHeadBytes = Self.headBytes(of: easy)
  }

  /// Takes over libcurl's counters.
  ///
  /// > `CURLINFO_SIZE_UPLOAD_T`: the bytes of the body that were uploaded, which is to say that the
  /// > socket, or the TLS layer in full, accepted. Each attempt counts from 0.
  /// > https://curl.se/libcurl/c/CURLINFO_SIZE_UPLOAD_T.html
  /// > `CURLINFO_REQUEST_SIZE`: the size of all requests issued for the handle, without bodies.
  /// > https://curl.se/libcurl/c/CURLINFO_REQUEST_SIZE.html
  mutating func refresh(from easy: UnsafeMutableRawPointer) {
    guard attempts > 0 else { return }
    bytesSent = Transfer.offset(CURLINFO_SIZE_UPLOAD_T, of: easy)
    mostBytesSent = max(mostBytesSent, bytesSent)
    if bytesSent > 0 || Self.headBytes(of: easy) > earlierHeadBytes { anythingSent = true }
  }

  private static func headBytes(of easy: UnsafeMutableRawPointer) -> Int {
    var value = 0
    return ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &value) == CURLE_OK ? value : 0
  }
}
