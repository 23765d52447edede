/// Settings that all requests of a client share.
package struct HTTPClientConfiguration: Sendable, Hashable {
  /// How connections leave this machine.
  package enum Proxy: Sendable, Hashable {
    /// Without a proxy, whatever the environment says.
    case none
    /// As `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` say.
    case fromEnvironment
    /// Through the proxy with this address, for example `http://proxy.example:3128`.
    case url(String)
  }

  /// Where `http://` may be used.
  package enum PlainHTTP: Sendable, Hashable {
    /// Only 127.0.0.0/8, `::1` and `localhost`; always without a proxy.
    case loopbackOnly
    /// Anywhere. Keys and audio can then be read by everyone on the way.
    case anywhere
  }

  /// A PEM file of the only certificate authorities to trust, or nil for the system's.
  package var caFile: String?
  /// The way out; by default none but the direct one, because a library reads no environment.
  package var proxy: Proxy
  /// The `User-Agent`, which a request's own header of that name replaces.
  package var userAgent: String
  /// How many requests may be under way at once, at least 1; others wait in order.
  ///
  /// As many idle connections are kept for reuse.
  package var maxConnections: Int
  /// Whether HTTP/2 is used where a server offers it over TLS.
  package var usesHTTP2: Bool
  /// Whether keys and audio may travel without encryption.
  package var allowPlainHTTP: PlainHTTP

  package init(
    caFile: String? = nil,
    proxy: Proxy = .none,
    userAgent: String = "longscribe",
    maxConnections: Int = 8,
    usesHTTP2: Bool = false,
    allowPlainHTTP: PlainHTTP = .loopbackOnly
  ) {
    self.caFile = caFile
    self.proxy = proxy
    self.userAgent = userAgent
    self.maxConnections = maxConnections
    self.usesHTTP2 = usesHTTP2
    self.allowPlainHTTP = allowPlainHTTP
  }
}
