import CCurl
import Glibc

/// The parts of a request's address that decide whether, and how, it may be contacted.
struct RequestAddress: Sendable, Hashable {
  let isEncrypted: Bool
  let isLoopback: Bool

  /// Takes `url` apart with libcurl's own parser, so that the host judged here is the host contacted.
  ///
  /// > `curl_url_set` checks the whole URL; without flags it neither guesses a missing scheme nor
  /// > accepts one it does not know. https://curl.se/libcurl/c/curl_url_set.html
  ///
  /// - Throws: ``HTTPFailure/Code/badURL``.
  init(url: String) throws(HTTPFailure) {
    guard let handle = curl_url() else {
      throw HTTPFailure(code: .internal, message: "out of memory")
    }
    defer { curl_url_cleanup(handle) }
    // A string that ends early for C would let the check and the transfer see different hosts.
    guard !url.utf8.contains(0) else {
      throw HTTPFailure(code: .badURL, message: "it contains a NUL")
    }
    let code = curl_url_set(handle, CURLUPART_URL, url, 0)
    guard code == CURLUE_OK else {
      throw HTTPFailure(code: .badURL, message: String(cString: curl_url_strerror(code)))
    }
    guard
      let scheme = Self.part(CURLUPART_SCHEME, of: handle)?.lowercased(),
      scheme == "https" || scheme == "http"
    else {
      throw HTTPFailure(code: .badURL, message: "it has to start with https://")
    }
    guard let host = Self.part(CURLUPART_HOST, of: handle)?.lowercased(), !host.isEmpty else {
      throw HTTPFailure(code: .badURL, message: "it names no host")
    }
    // libcurl would turn a user name into an Authorization header of its own.
    guard
      Self.part(CURLUPART_USER, of: handle) == nil,
      Self.part(CURLUPART_PASSWORD, of: handle) == nil
    else {
      throw HTTPFailure(code: .badURL, message: "it contains a user name or a password")
    }
    isEncrypted = scheme == "https"
    isLoopback = Self.isLoopback(host)
  }

  private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }

  /// Whether `host` can only be this machine.
  ///
  /// `localhost` counts because libcurl resolves it itself, without asking DNS.
  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    var address = in_addr()
    guard inet_pton(AF_INET, host, &address) == 1 else { return false }
    return UInt32(bigEndian: address.s_addr) >> 24 == 127
  }
}
