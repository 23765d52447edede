/// Why there is no complete answer, and how much of the request had gone out by then.
///
/// The two flags decide whether a retry can cost money twice. They speak of bytes that the operating
/// system accepted for the connection, so they err on one side only: `requestFullySent == false`
/// means that the server cannot have received the whole request, and `anythingSent == false` that it
/// received none of it, whereas `true` does not prove that anything arrived.
package struct HTTPFailure: Error, Sendable, Hashable {
  /// What went wrong, as a kind.
  package let code: Code
  /// Details, usually libcurl's own words.
  ///
  /// Never contains a header's value.
  package let message: String
  /// Whether all bytes of the request were handed to the network, in any attempt.
  package let requestFullySent: Bool
  /// Whether any byte of the request was handed to the network, in any attempt.
  package let anythingSent: Bool
  /// The status, if the answer's headers had arrived.
  package let status: Int?
  /// What had arrived of the answer's body.
  package let partialBody: [UInt8]

  package init(
    code: Code,
    message: String,
    requestFullySent: Bool = false,
    anythingSent: Bool = false,
    status: Int? = nil,
    partialBody: [UInt8] = []
  ) {
    self.code = code
    self.message = message
    self.requestFullySent = requestFullySent
    self.anythingSent = anythingSent
    self.status = status
    self.partialBody = partialBody
  }
}

extension HTTPFailure {
  /// A kind of failure.
  ///
  /// Open, so that kinds can be added without breaking a `switch` elsewhere.
  package struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The kind's name, which never changes.
    package let rawValue: String

    /// Makes a code of a name; equal names are equal codes.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The name, for logs.
    package var description: String { rawValue }

    /// The address cannot be used.
    package static let badURL = Code(rawValue: "badURL")
    /// A header or a part cannot be sent as it is.
    package static let badRequest = Code(rawValue: "badRequest")
    /// The address is `http://` to another machine, and the client does not allow that.
    package static let plainHTTPRefused = Code(rawValue: "plainHTTPRefused")
    /// The host's name, or the proxy's, has no address.
    package static let cannotResolve = Code(rawValue: "cannotResolve")
    /// No connection, or the proxy refused to make one.
    package static let cannotConnect = Code(rawValue: "cannotConnect")
    /// The TLS handshake failed, for example because the certificate is not trusted.
    package static let tls = Code(rawValue: "tls")
    /// The connection was not ready in time.
    package static let timedOutConnecting = Code(rawValue: "timedOutConnecting")
    /// The network accepted no byte of the body for too long.
    package static let timedOutSending = Code(rawValue: "timedOutSending")
    /// No byte of the answer arrived for too long.
    package static let timedOutWaiting = Code(rawValue: "timedOutWaiting")
    /// The whole request took too long.
    package static let timedOutTotal = Code(rawValue: "timedOutTotal")
    /// The connection ended before the answer did.
    package static let connectionLost = Code(rawValue: "connectionLost")
    /// What arrived is not an HTTP answer, or not one that can be decoded.
    package static let badAnswer = Code(rawValue: "badAnswer")
    /// The answer is larger than the request allows.
    package static let responseTooLarge = Code(rawValue: "responseTooLarge")
    /// A file part could not be read, or was shorter than it promised.
    package static let bodyUnreadable = Code(rawValue: "bodyUnreadable")
    /// The task was cancelled, or the client was shut down.
    package static let cancelled = Code(rawValue: "cancelled")
    /// Something that should not happen, such as a lack of memory.
    package static let `internal` = Code(rawValue: "internal")
  }
}

extension HTTPFailure: CustomStringConvertible {
  /// A sentence on what happened and one on how much had been sent.
  package var description: String {
    var text = headline
    if !message.isEmpty { text += ": \(message)" }
    text += ". "
    if let status { text += "The status was \(status). " }
    if requestFullySent { return text + "The whole request had been sent." }
    return text
      + (anythingSent ? "The request had been sent in part." : "Nothing had been sent.")
  }

  private var headline: String {
    switch code {
    case .badURL: "The address cannot be used"
    case .badRequest: "The request cannot be sent"
    case .plainHTTPRefused: "Sending to another machine without encryption is refused"
    case .cannotResolve: "The name of the host could not be resolved"
    case .cannotConnect: "The connection could not be made"
    case .tls: "The secure connection could not be made"
    case .timedOutConnecting: "Connecting took too long"
    case .timedOutSending: "Sending stalled"
    case .timedOutWaiting: "The answer did not arrive in time"
    case .timedOutTotal: "The request took too long"
    case .connectionLost: "The connection was lost"
    case .badAnswer: "The answer is not valid HTTP"
    case .responseTooLarge: "The answer is too large"
    case .bodyUnreadable: "The body could not be read"
    case .cancelled: "The request was cancelled"
    default: "The HTTP client failed"
    }
  }
}
