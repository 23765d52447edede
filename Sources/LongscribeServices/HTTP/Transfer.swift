import CCurl
import Synchronization

/// One request on its way, from the client's queue to its outcome.
///
/// `cancel()` and `isCancelled` may be used from anywhere. Everything else belongs to the transfer
/// thread, which also runs libcurl's callbacks, once the transfer has been handed to it.
///
/// @unchecked Sendable: all mutable state but the atomic flag is confined to the transfer thread.
final class Transfer: @unchecked Sendable {
  let request: HTTPRequest
  let address: RequestAddress
  /// The form, or nil for a GET.
  let body: MultipartBody?
  private let cancelFlag = Atomic<Bool>(false)

  /// The libcurl handle while the transfer is under way.
  private(set) var easy: UnsafeMutableRawPointer?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutableBufferPointer<CChar>

  /// Set by a callback that stops the transfer, because libcurl only reports that one did.
  var stopCause: (code: HTTPFailure.Code, message: String)?
  var upload = UploadProgress()
  var answer = AnswerCollector()
  private(set) var clock: TransferClock

  init(request: HTTPRequest, address: RequestAddress, body: MultipartBody?) {
    self.request = request
    self.address = address
    self.body = body
    clock = TransferClock(timeouts: request.timeouts, now: .now)
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0)
  }

  deinit {
    close()
    errorText.deallocate()
  }

  var isCancelled: Bool { cancelFlag.load(ordering: .acquiring) }

  func cancel() { cancelFlag.store(true, ordering: .releasing) }

  /// What libcurl wrote about the failure, or an empty string.
  ///
  /// > libcurl needs the buffer until `curl_easy_cleanup`, and empties it before it starts.
  /// > https://curl.se/libcurl/c/CURLOPT_ERRORBUFFER.html
  var libcurlMessage: String {
    let bytes = errorText.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Makes the libcurl handle and starts the clock.
  ///
  /// Nothing is sent before the handle is added.
  ///
  /// - Throws: ``HTTPFailure/Code/internal``. A CA file is only looked at when connecting.
  func open(_ configuration: HTTPClientConfiguration) throws(HTTPFailure) {
    guard let handle = curl_easy_init() else {
      throw HTTPFailure(code: .internal, message: "out of memory")
    }
    easy = handle
    clock = TransferClock(timeouts: request.timeouts, now: .now)
    var options = EasyOptions(handle)
    setConnectionOptions(&options, configuration)
    try setRequestOptions(&options)
    setCallbacks(&options)
    guard options.refusal == CURLE_OK else {
      let reason = String(cString: curl_easy_strerror(options.refusal))
      throw HTTPFailure(code: .internal, message: "libcurl refused an option: \(reason)")
    }
  }

  /// Frees the handle.
  ///
  /// It must have been removed from the multi handle before.
  func close() {
    if let easy { curl_easy_cleanup(easy) }
    easy = nil
    // libcurl does not copy the list, so it goes after the handle.
    // https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html
    curl_slist_free_all(headerList)
    headerList = nil
  }

  /// Reads libcurl's counters and moves the clock's marks.
  func refresh(now: ContinuousClock.Instant = .now) {
    guard let easy else { return }
    upload.refresh(from: easy)
    clock.update(
      now: now,
      isConnected: upload.attempts > 0,
      bytesSent: upload.bytesSent,
      bytesReceived: Self.offset(CURLINFO_SIZE_DOWNLOAD_T, of: easy) + answer.headerByteCount,
      // An early answer makes libcurl stop sending, so there is nothing more to wait for there.
      isSending: !isFullySent && answer.status == nil
    )
  }

  /// Whether all of the request was handed to the network, in any attempt.
  var isFullySent: Bool {
    guard let body else { return upload.anythingSent }
    return upload.anythingSent && upload.mostBytesSent >= body.byteCount
  }

  /// Notes, for the timings, that the connection is ready.
  func noteConnected() { clock.noteConnected() }

  /// Notes, for the timings, that the answer has begun.
  func noteFirstByte() { clock.noteFirstByte() }

  /// Which deadline has passed, or how long the nearest one is away.
  func verdict(now: ContinuousClock.Instant) -> TransferClock.Verdict { clock.verdict(now: now) }

  /// One of libcurl's 64-bit counters, or 0 if it cannot be had.
  static func offset(_ info: CURLINFO, of easy: UnsafeMutableRawPointer) -> Int64 {
    var value: curl_off_t = 0
    return ccurl_get_offset(easy, info, &value) == CURLE_OK ? Int64(value) : 0
  }
}

extension Transfer {
  private func setConnectionOptions(
    _ options: inout EasyOptions,
    _ configuration: HTTPClientConfiguration
  ) {
    // Without this libcurl uses signals for time-outs, which a threaded program cannot allow.
    // https://curl.se/libcurl/c/CURLOPT_NOSIGNAL.html
    options.set(CURLOPT_NOSIGNAL, 1)
    options.set(CURLOPT_PROTOCOLS_STR, address.isEncrypted ? "https" : "http")
    options.set(CURLOPT_FOLLOWLOCATION, 0)
    // HTTP/1.1 unless HTTP/2 is asked for. Every request has a connection of its own anyway, so HTTP/2 gains nothing, and uploads that
    // a server answers before their end stall in several versions of libcurl (curl #10433, #11165, #11426, #15316): a 413 is just
    // that. With HTTP/2 bytes count as sent when they are queued inside libcurl, which errs on the safe side: what may have arrived whole is
    // never taken for what has not. https://curl.se/libcurl/c/CURLOPT_HTTP_VERSION.html
    options.set(
      CURLOPT_HTTP_VERSION,
      Int(configuration.usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
    options.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    options.set(CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect.wholeMilliseconds)
    // Answers can take minutes, and routers forget connections that are silent for as long.
    options.set(CURLOPT_TCP_KEEPALIVE, 1)
    options.set(CURLOPT_TCP_KEEPIDLE, 30)
    options.set(CURLOPT_TCP_KEEPINTVL, 15)
    // In whole seconds, rounded down, so that nothing is reused after 4 seconds of idling. Servers
    // close idle connections, many after 5 seconds, and a request that crosses such a close on its
    // way is one of which nobody knows whether it was processed. A handshake costs less than that.
    // https://curl.se/libcurl/c/CURLOPT_MAXAGE_CONN.html
    options.set(CURLOPT_MAXAGE_CONN, 3)
    // Without this, removing a transfer whose name look-up hangs waits for the look-up, and so would
    // all other transfers. The look-up's thread then ends, and frees what it holds, by itself.
    // https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html
    options.set(CURLOPT_QUICK_EXIT, 1)
    options.set(CURLOPT_USERAGENT, configuration.userAgent)
    if let caFile = configuration.caFile {
      options.set(CURLOPT_CAINFO, caFile)
      // The directory would be searched as well.
      options.set(CURLOPT_CAPATH, pointer: nil)
    }
    // An empty string means no proxy, whatever the environment says; not setting the option means
    // what the environment says.
    // https://curl.se/libcurl/c/CURLOPT_PROXY.html
    switch configuration.proxy {
    // A loopback address means this machine, and to a proxy it would mean the proxy's.
    case _ where address.isLoopback: options.set(CURLOPT_PROXY, "")
    case .none: options.set(CURLOPT_PROXY, "")
    case .url(let proxy): options.set(CURLOPT_PROXY, proxy)
    case .fromEnvironment: break
    }
    // The proxy must not see the service's key in the CONNECT request, nor its answer be taken for
    // the service's.
    options.set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
    options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }

  private func setRequestOptions(_ options: inout EasyOptions) throws(HTTPFailure) {
    options.set(CURLOPT_URL, request.url)
    // "" asks for all encodings that libcurl can undo, and makes it undo them.
    // https://curl.se/libcurl/c/CURLOPT_ACCEPT_ENCODING.html
    options.set(CURLOPT_ACCEPT_ENCODING, "")
    for header in request.headers {
      // "Name;" is libcurl's spelling of a header without a value; "Name:" would remove the header.
      let isEmpty = header.value.isEmpty
      try appendHeader(isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    if let body {
      options.set(CURLOPT_POST, 1)
      options.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.byteCount)
      try appendHeader("Content-Type: \(body.contentType)")
      // libcurl would ask for "100 Continue" first, and wait a second for servers that never say it.
      try appendHeader("Expect:")
    } else {
      options.set(CURLOPT_HTTPGET, 1)
    }
    options.set(CURLOPT_HTTPHEADER, list: headerList)
  }

  private func appendHeader(_ line: String) throws(HTTPFailure) {
    // NULL means failure, and then the old list still exists.
    // https://curl.se/libcurl/c/curl_slist_append.html
    guard let longer = curl_slist_append(headerList, line) else {
      throw HTTPFailure(code: .internal, message: "out of memory")
    }
    headerList = longer
  }

  private func setCallbacks(_ options: inout EasyOptions) {
    // The transfer outlives its handle: the engine holds it until the handle has been removed.
    let this = Unmanaged.passUnretained(self).toOpaque()
    options.set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText.baseAddress))
    options.set(CURLOPT_HEADERFUNCTION, callback: transferReceivedHeader)
    options.set(CURLOPT_HEADERDATA, pointer: this)
    options.set(CURLOPT_WRITEFUNCTION, callback: transferReceivedBody)
    options.set(CURLOPT_WRITEDATA, pointer: this)
    options.set(CURLOPT_PREREQFUNCTION, prereq: transferWillSend)
    options.set(CURLOPT_PREREQDATA, pointer: this)
    guard body != nil else { return }
    options.set(CURLOPT_READFUNCTION, callback: transferNeedsBody)
    options.set(CURLOPT_READDATA, pointer: this)
    options.set(CURLOPT_SEEKFUNCTION, seek: transferRewinds)
    options.set(CURLOPT_SEEKDATA, pointer: this)
  }
}
