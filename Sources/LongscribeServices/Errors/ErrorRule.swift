package import LongscribeCore

/// A row of a table of errors: how an error is recognised, and what it means.
///
/// The first row of a table that fits decides. Status, code and message decide together, because each alone means opposite things
/// somewhere: 429 is an empty account at GLM, 503 a model that is gone at a relay, 500 a file in the wrong format.
package struct ErrorRule: Sendable {
  /// The HTTP status; `nil` for any.
  var status: Int?
  /// The service's codes, or OpenAI's types of error; empty for any.
  var codes: [String] = []
  /// Words of the message, of which one has to be in it whatever its case; empty for any message.
  var words: [String] = []
  /// What it means.
  var code: RecognitionFailure.Code
  /// Whether the same call can help.
  var retry: RecognitionFailure.Retry
  /// Whether it may have been charged.
  var charge = RecognitionFailure.Charge.none
  /// Whether every other chunk would fail for the same reason.
  var affectsAllChunks = false
  /// What to do. `{models}` stands for the service's models, `{keys}` for the variables of its keys.
  var hint: String?

  func fits(_ error: ServiceError) -> Bool {
    guard status == nil || status == error.status else { return false }
    if !codes.isEmpty {
      guard codes.contains(where: { $0 == error.code || $0 == error.type }) else { return false }
    }
    guard !words.isEmpty else { return true }
    let message = error.message.lowercased()
    return words.contains { message.contains($0.lowercased()) }
  }
}

/// The rows, written as sentences.
extension ErrorRule {
  static func when(
    status: Int? = nil, code codes: [String] = [], says words: [String] = [],
    _ meaning: RecognitionFailure.Code, _ retry: RecognitionFailure.Retry,
    charge: RecognitionFailure.Charge = .none, all: Bool = false, _ hint: String? = nil
  ) -> ErrorRule {
    ErrorRule(
      status: status, codes: codes, words: words, code: meaning, retry: retry, charge: charge,
      affectsAllChunks: all, hint: hint)
  }

  /// Hints that several tables give.
  enum Hint {
    static let key = "check the key in {keys}, or give another with --key-file"
    static let balance = "the account has no balance; top it up"
    static let models = "name a model that the service has with --model: {models}"
    static let fewer = "lower --concurrency if this goes on"
    static let address = "check --base-url: it is everything before /audio/transcriptions"
    static let shorter = "--chunk-length makes shorter chunks"
  }

  /// The table of a dialect.
  static func table(_ dialect: ServiceProfile.ErrorDialect) -> [ErrorRule] {
    switch dialect {
    case .openAI: openAI
    case .glm: glm
    case .coze: coze
    case .siliconFlow: siliconFlow
    }
  }

  /// What an error of a service means.
  ///
  /// - Parameters:
  ///   - error: What the service said.
  ///   - profile: The service.
  ///   - location: Where a redirect points to.
  package static func failure(
    for error: ServiceError, of profile: ServiceProfile, location: String? = nil
  ) -> RecognitionFailure {
    var failure: RecognitionFailure
    if let rule = table(profile.errors).first(where: { $0.fits(error) }) {
      failure = RecognitionFailure(
        rule.code, message: error.message, retry: rule.retry, charge: rule.charge,
        affectsAllChunks: rule.affectsAllChunks, status: error.status, hint: rule.hint)
    } else {
      // An error inside an answer of success is the service's own failure.
      let status = (200..<300).contains(error.status) ? 500 : error.status
      failure = HTTPErrors.failure(status: status, message: error.message, location: location)
      failure.status = error.status
    }
    failure.serviceCode = error.code ?? error.type
    failure.hint = failure.hint.map { filled($0, profile) }
    return failure
  }

  private static func filled(_ hint: String, _ profile: ServiceProfile) -> String {
    let names = profile.keyVariables.map(\.name).joined(separator: " or ")
    return hint.replacing("{models}", with: profile.modelNames)
      .replacing("{keys}", with: names.isEmpty ? "the environment" : names)
  }
}
