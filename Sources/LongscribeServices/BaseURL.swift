private import Foundation

/// Everything of a service's address before `/audio/transcriptions`.
public struct BaseURL: Sendable, Hashable {
  /// The address without a slash at its end.
  public let text: String
  /// The host that gets audio and key.
  public let host: String

  /// Understands what people paste: with or without a slash at the end, or the whole address of the call.
  ///
  /// - Throws: `BaseURLError` if it is no http or https address, or carries a user name or a query.
  public init(_ given: String) throws(BaseURLError) {
    var text = given.trimmingCharacters(in: .whitespacesAndNewlines)
    while text.hasSuffix("/") { text.removeLast() }
    if text.hasSuffix(Self.path) { text.removeLast(Self.path.count) }
    while text.hasSuffix("/") { text.removeLast() }
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let host = parts.host, !host.isEmpty
    else {
      throw BaseURLError(given: given, reason: "it is not an address such as https://host/v1")
    }
    guard parts.user == nil, parts.password == nil else {
      throw BaseURLError(
        given: given, reason: "it holds a user name; keys do not belong into addresses")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw BaseURLError(
        given: given, reason: "it holds a query; keys do not belong into addresses")
    }
    guard scheme == "https" || scheme == "http" else {
      throw BaseURLError(given: given, reason: "only https and http addresses work")
    }
    guard scheme == "https" || Self.isLoopback(host) else {
      throw BaseURLError(
        given: given, reason: "plain http would send key and audio readable; use https")
    }
    self.text = text
    self.host = host
  }

  /// The address of a call.
  ///
  /// - Parameters:
  ///   - path: What comes after the base, with a slash before it.
  ///   - query: What comes after a question mark.
  func address(path: String, query: String?) -> String {
    text + path + (query.map { "?" + $0 } ?? "")
  }

  /// Whether it leads to this machine.
  public var isLoopback: Bool { Self.isLoopback(host) }

  private static let path = "/audio/transcriptions"

  private static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    if host == "localhost" || host == "::1" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers[0] == 127 && numbers.allSatisfy { $0 != nil }
  }
}

/// Why an address cannot be a service's.
public struct BaseURLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The address as it was given, unless it may hold a secret.
  public let given: String
  /// What is wrong with it.
  public let reason: String

  init(given: String, reason: String) {
    // An address that may hold a secret is not repeated.
    let mayHoldSecret = given.contains { "@?#".contains($0) }
    self.given = mayHoldSecret ? "that was given" : given
    self.reason = reason
  }

  /// One sentence.
  public var description: String { "the base URL \(given) cannot be used: \(reason)" }
}
