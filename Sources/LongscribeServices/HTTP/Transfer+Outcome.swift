import CCurl

extension Transfer {
  /// The result after libcurl has finished with the transfer.
  func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
    refresh()
    guard code == CURLE_OK else { return .failure(failure(for: code)) }
    guard let status = answer.status else {
      return .failure(failure(.badAnswer, "there was no final status"))
    }
    let total = clock.elapsed()
    return .success(
      HTTPResponse(
        status: status,
        headers: answer.headers,
        body: answer.body,
        bytesSent: upload.bytesSent,
        requestFullySent: upload.bytesSent >= body?.byteCount ?? 0,
        timings: HTTPTimings(
          connect: clock.connected ?? total,
          firstByte: clock.firstByte ?? total,
          total: total,
          reusedConnection: isConnectionReused
        )
      )
    )
  }

  /// A failure of the given kind with what is known of the transfer so far.
  func failure(_ code: HTTPFailure.Code, _ message: String) -> HTTPFailure {
    refresh()
    return HTTPFailure(
      code: code,
      message: sanitized(message),
      requestFullySent: isFullySent,
      anythingSent: upload.anythingSent,
      status: answer.status,
      partialBody: answer.body
    )
  }

  private func failure(for code: CURLcode) -> HTTPFailure {
    // A callback's own reason says more than libcurl's "a callback failed".
    if let stopCause { return failure(stopCause.code, stopCause.message) }
    let message =
      libcurlMessage.isEmpty ? String(cString: curl_easy_strerror(code)) : libcurlMessage
    return failure(kind(of: code), message)
  }

  /// Groups libcurl's codes, described at https://curl.se/libcurl/c/libcurl-errors.html.
  private func kind(of code: CURLcode) -> HTTPFailure.Code {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      .cannotResolve
    case CURLE_URL_MALFORMAT:
      .badURL
    // A handshake that breaks off is a connection that broke off: only what is wrong with certificates lasts.
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED, CURLE_SSL_CONNECT_ERROR:
      .cannotConnect
    // The only limit that libcurl is given is the one for connecting.
    case CURLE_OPERATION_TIMEDOUT:
      .timedOutConnecting
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED:
      .tls
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
      CURLE_SEND_FAIL_REWIND:
      // Before the request could start, it was the proxy that hung up or said no.
      upload.attempts > 0 ? .connectionLost : .cannotConnect
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
      .badAnswer
    default:
      .internal
    }
  }

  /// The message on one line, without a final full stop, and without any header's value.
  ///
  /// libcurl's texts quote neither; the last rule is there because a key in a log is expensive.
  private func sanitized(_ message: String) -> String {
    var text = String(message.map { $0.isNewline ? " " : $0 })
    for value in request.headers.map(\.value) {
      for secret in [value] + value.split(separator: " ").map(String.init)
      where secret.utf8.count >= 8 {
        text = text.split(separator: secret, omittingEmptySubsequences: false)
          .joined(separator: "<hidden>")
      }
    }
    // Proxies may be given with a password.
    text = text.replacing(/\/\/[^\/\s@]*@/, with: "//<hidden>@")
    while let last = text.last, last == "." || last == " " { text.removeLast() }
    return text
  }

  private var isConnectionReused: Bool {
    guard let easy else { return false }
    var opened = 0
    return ccurl_get_long(easy, CURLINFO_NUM_CONNECTS, &opened) == CURLE_OK && opened == 0
  }
}
