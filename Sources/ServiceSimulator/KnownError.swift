/// An error a service is known to answer, and what helps against it.
package struct KnownError: Sendable, Hashable, CustomStringConvertible {
  package enum Remedy: String, Sendable, Hashable {
    /// The same request may succeed a little later; surely nothing was done yet.
    case repeatLater
    /// The same request may succeed, but perhaps the work was done already.
    case repeatOnce
    /// Shorter or smaller audio may succeed.
    case split
    /// The same audio in another form, or other fields, may succeed.
    case changeRequest
    /// Nothing a client can do by itself: key, permission, money, model, address.
    case none
    /// Nothing helps for this audio; other audio is fine.
    case skip
  }

  package let service: ServiceSimulator.Service
  package let status: Int
  package let code: String?
  package let message: String
  package let remedy: Remedy
  package let action: Fault.Action

  package var description: String {
    "\(service.rawValue) \(status) \(code ?? "-") \(message.prefix(60))"
  }

  /// All errors of a service that are on record.
  package static func all(of service: ServiceSimulator.Service) -> [KnownError] {
    switch service {
    case .glm: glm
    case .coze: coze
    case .siliconflow: siliconFlow
    case .openai: openAI(as: .openai)
    case .chatanywhere: openAI(as: .chatanywhere)
    case .relay: relay
    }
  }

  /// An error in the service's usual form.
  static func usual(
    _ service: ServiceSimulator.Service,
    _ status: Int,
    _ code: String,
    _ message: String,
    _ remedy: Remedy,
    retryAfter: String? = nil
  ) -> KnownError {
    KnownError(
      service: service, status: status, code: code.isEmpty ? nil : code, message: message,
      remedy: remedy,
      action: .status(status, code: code, message: message, retryAfter: retryAfter))
  }

  /// An error with just this body.
  static func verbatim(
    _ service: ServiceSimulator.Service,
    _ status: Int,
    _ code: String?,
    _ body: String,
    _ remedy: Remedy,
    contentType: String = "application/json"
  ) -> KnownError {
    KnownError(
      service: service, status: status, code: code, message: body, remedy: remedy,
      action: .answer(status: status, contentType: contentType, body: body))
  }
}
