private import Foundation
package import LongscribeCore

/// What an HTTP status means where the body says nothing more precise.
package enum HTTPErrors {
  /// The failure that a status stands for.
  ///
  /// A gateway's 502 or 504 leaves open whether the service behind it did the work.
  package static func failure(status: Int, message: String, location: String?) -> RecognitionFailure
  {
    func failure(
      _ code: RecognitionFailure.Code, _ retry: RecognitionFailure.Retry,
      charge: RecognitionFailure.Charge = .none, all: Bool = false, _ hint: String? = nil
    ) -> RecognitionFailure {
      RecognitionFailure(
        code, message: message, retry: retry, charge: charge, affectsAllChunks: all, status: status,
        hint: hint)
    }
    switch status {
    case 300..<400:
      let target = location.map { " to \(excerpt(Array($0.utf8)))" } ?? ""
      return RecognitionFailure(
        .redirected, message: "the service redirects\(target)", retry: .never,
        affectsAllChunks: true, status: status,
        hint: "set --base-url to the address that it names, if you trust it")
    case 401: return failure(.authentication, .never, all: true, "check the key")
    case 402: return failure(.quotaExhausted, .never, all: true, "the account has no balance")
    case 403: return failure(.permission, .never, all: true, "the key may not use this service")
    case 404, 405: return failure(.badParameter, .never, all: true, "check --base-url")
    case 408, 425: return failure(.connectionLost, .now)
    case 413: return failure(.tooLarge, .split, "ask for shorter chunks with --chunk-length")
    case 415: return failure(.unsupportedFormat, .never)
    case 429: return failure(.rateLimited, .now, ErrorRule.Hint.fewer)
    case 500: return failure(.serverError, .now)
    case 503: return failure(.overloaded, .now)
    // Gateways, Cloudflare's 520 to 527 among them, do not know what the service behind them did.
    case 501...: return failure(.serverError, .now, charge: .unknown)
    default: return failure(.badParameter, .never)
    }
  }

  /// A body as one readable line of at most 300 characters.
  static func excerpt(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(2048), as: UTF8.self)
    // Signs that turn the direction of writing can make a terminal show another sentence.
    let line = text.unicodeScalars.map { scalar -> Character in
      [.control, .format].contains(scalar.properties.generalCategory) ? " " : Character(scalar)
    }
    let words = String(line).split(separator: " ").map(withoutKey).joined(separator: " ")
    return words.count > 300 ? words.prefix(300) + "…" : words
  }

  /// A word, or three stars if it looks like a key: services repeat parts of keys in their refusals.
  private static func withoutKey(_ word: Substring) -> Substring {
    let bare = word.drop { !$0.isLetter }
    let isKey = ["sk-", "pat_", "gsk_", "eyJ"].contains { bare.hasPrefix($0) } && bare.count > 10
    return isKey ? "***" : word
  }

  /// Whether a body is a web page.
  static func isPage(_ body: [UInt8]) -> Bool {
    let start = String(decoding: body.prefix(512), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: "\u{FEFF}")))
      .lowercased()
    return ["<!doctype", "<html", "<head", "<body", "<?xml"].contains { start.hasPrefix($0) }
  }

  /// What a web page is called, or its text.
  static func title(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(4096), as: UTF8.self)
    for name in ["title", "h1"] {
      guard let open = text.range(of: "<\(name)", options: .caseInsensitive),
        let start = text[open.upperBound...].firstIndex(of: ">"),
        let end = text[start...].range(of: "</", options: .caseInsensitive)
      else { continue }
      let title = excerpt(Array(text[text.index(after: start)..<end.lowerBound].utf8))
      if !title.isEmpty { return "a web page: \(title)" }
    }
    return "a web page"
  }
}
