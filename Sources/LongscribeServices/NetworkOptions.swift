/// How connections to services are made.
public struct NetworkOptions: Sendable, Hashable {
  /// Whether `https_proxy`, `all_proxy` and `no_proxy` are obeyed; a library reads no environment unless it is told to.
  public var usesEnvironmentProxy: Bool
  /// The proxy to use instead, such as `http://proxy.example:3128`.
  public var proxy: String?
  /// A PEM file of the only certificate authorities to trust; `nil` for the system's.
  public var certificateFile: String?
  /// Whether HTTP/2 is used where a server offers it; without a reason, HTTP/1.1 is the safer way for uploads (curl #10433, #15316).
  public var usesHTTP2: Bool
  /// Seconds that the service may take for its own work; `nil` for a time that grows with the audio.
  public var timeout: Double?

  /// Options with every part given.
  public init(
    usesEnvironmentProxy: Bool = false, proxy: String? = nil, certificateFile: String? = nil,
    usesHTTP2: Bool = false, timeout: Double? = nil
  ) {
    self.usesEnvironmentProxy = usesEnvironmentProxy
    self.proxy = proxy
    self.certificateFile = certificateFile
    self.usesHTTP2 = usesHTTP2
    self.timeout = timeout
  }

  /// - Parameter calls: Calls in flight at a time.
  func configuration(calls: Int) -> HTTPClientConfiguration {
    HTTPClientConfiguration(
      caFile: certificateFile,
      proxy: proxy.map { .url($0) } ?? (usesEnvironmentProxy ? .fromEnvironment : .none),
      maxConnections: max(8, calls), usesHTTP2: usesHTTP2)
  }
}
