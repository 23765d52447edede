import CCurl
import Glibc

// What libcurl calls while a transfer is under way. All of it runs on the transfer thread, inside
// `curl_multi_perform`. The functions are global and not isolated to any actor: a closure written
// where the main actor rules would trap when called from here.

/// A complete header line has arrived.
///
/// > Called once for each header line of every response, 1xx and trailers included; the line is
/// > complete. Returning another number than the line's size aborts the transfer.
/// > https://curl.se/libcurl/c/CURLOPT_HEADERFUNCTION.html
func transferReceivedHeader(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let transfer = transfer(from: context) else { return 0 }
  transfer.noteFirstByte()
  guard transfer.answer.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: count))
  else {
    let limit = AnswerCollector.headerLimit
    return transfer.stop(.responseTooLarge, "its headers have more than \(limit) bytes")
  }
  return count
}

/// A piece of the body has arrived, decompressed.
///
/// > Called as soon as data has been received, in pieces of any size, even of none. Returning
/// > another number than was passed aborts the transfer.
/// > https://curl.se/libcurl/c/CURLOPT_WRITEFUNCTION.html
func transferReceivedBody(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let transfer = transfer(from: context) else { return 0 }
  // A caller that has cancelled should not be called back with what still arrives.
  guard !transfer.isCancelled else { return transfer.stop(.cancelled, "") }
  let piece = UnsafeRawBufferPointer(start: bytes, count: count)
  guard transfer.answer.receive(body: piece, limit: transfer.request.responseLimit) else {
    let limit = transfer.request.responseLimit
    return transfer.stop(.responseTooLarge, "it has more than \(limit) bytes")
  }
  if let status = transfer.answer.status, (200..<300).contains(status), !piece.isEmpty {
    transfer.request.onBody?(piece)
  }
  return count
}

/// libcurl wants the next bytes of the body.
///
/// > Put at most `size` times `count` bytes into the buffer and return how many; 0 means the end,
/// > `CURL_READFUNC_ABORT` stops the transfer.
/// > https://curl.se/libcurl/c/CURLOPT_READFUNCTION.html
func transferNeedsBody(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let transfer = transfer(from: context), let body = transfer.body, let bytes else {
    return Int(CURL_READFUNC_ABORT)
  }
  let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
  do throws(MultipartBody.ReadError) {
    let filled = try body.read(at: transfer.upload.readOffset, into: buffer)
    transfer.upload.readOffset += Int64(filled)
    return filled
  } catch {
    _ = transfer.stop(.bodyUnreadable, error.message)
    return Int(CURL_READFUNC_ABORT)
  }
}

/// libcurl wants to send the body again, because a kept connection died before any answer came.
///
/// > Called to rewind when data that was sent has to be sent again, for example because a kept
/// > connection was reused too late. `CURL_SEEKFUNC_FAIL` makes the upload fail.
/// > https://curl.se/libcurl/c/CURLOPT_SEEKFUNCTION.html
///
/// A server that has received only a part of the body cannot have acted on it, so the repetition is
/// free. One that has received all of it may have, and charged for it: then only the caller can
/// decide, and libcurl is not allowed to.
func transferRewinds(
  _ context: UnsafeMutableRawPointer?,
  _ offset: curl_off_t,
  _ origin: Int32
) -> Int32 {
  guard let transfer = transfer(from: context), origin == SEEK_SET else {
    return CURL_SEEKFUNC_FAIL
  }
  transfer.refresh()
  guard transfer.mayStartOver() else { return CURL_SEEKFUNC_FAIL }
  transfer.upload.readOffset = Int64(offset)
  return CURL_SEEKFUNC_OK
}

/// The connection is ready, and the request is about to be sent.
///
/// > Called when a connection has been established or reused, TLS handshake included, and before
/// > any request is made on it. `CURL_PREREQFUNC_ABORT` makes the transfer fail.
/// > https://curl.se/libcurl/c/CURLOPT_PREREQFUNCTION.html
///
/// It divides what was spent on a connection, which is always safe to repeat, from what was sent.
func transferWillSend(
  _ context: UnsafeMutableRawPointer?,
  _ remoteAddress: UnsafeMutablePointer<CChar>?,
  _ localAddress: UnsafeMutablePointer<CChar>?,
  _ remotePort: Int32,
  _ localPort: Int32
) -> Int32 {
  guard let transfer = transfer(from: context), let easy = transfer.easy else {
    return CURL_PREREQFUNC_ABORT
  }
  if transfer.isCancelled {
    _ = transfer.stop(.cancelled, "")
    return CURL_PREREQFUNC_ABORT
  }
  transfer.refresh()
  // libcurl rewinds only if it knows of sent bytes; this holds however it came here.
  guard transfer.mayStartOver() else { return CURL_PREREQFUNC_ABORT }
  transfer.upload.beginAttempt(on: easy)
  transfer.noteConnected()
  return CURL_PREREQFUNC_OK
}

private func transfer(from context: UnsafeMutableRawPointer?) -> Transfer? {
  context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

extension Transfer {
  /// Notes why a callback is about to stop the transfer, and returns 0, which does stop it.
  fileprivate func stop(_ code: HTTPFailure.Code, _ message: String) -> Int {
    if stopCause == nil { stopCause = (code, message) }
    return 0
  }

  /// Whether the request may be sent from its beginning; if not, notes why.
  fileprivate func mayStartOver() -> Bool {
    // A GET asks for nothing that costs money.
    guard body != nil, isFullySent else { return true }
    _ = stop(.connectionLost, "the server closed the connection without an answer")
    return false
  }
}
