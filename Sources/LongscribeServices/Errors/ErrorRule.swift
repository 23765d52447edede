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
  /// Words of the message, of which one has to be in it whatever its case; empty for any message. Latin words have to stand alone:
  /// "MB" is not in "number".
  var words: [String] = []
  /// Other words, of which one has to be in it too.
  var others: [String] = []
  /// Names by which relays pass an error on, as its code, its type or in the message; empty for any.
  var names: [String] = []
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
    if !names.isEmpty {
      guard
        names.contains(where: { $0 == error.code || $0 == error.type })
          || Self.mentions(names, in: error.message)
      else { return false }
    }
    return Self.mentions(words, in: error.message) && Self.mentions(others, in: error.message)
  }

  private static func mentions(_ words: [String], in message: String) -> Bool {
    words.isEmpty || words.contains { Wording.holds($0, in: message) }
  }
}

/// The rows, written as sentences.
extension ErrorRule {
  static func when(
    status: Int? = nil, code codes: [String] = [], says words: [String] = [],
    and others: [String] = [], called names: [String] = [],
    _ meaning: RecognitionFailure.Code, _ retry: RecognitionFailure.Retry,
    charge: RecognitionFailure.Charge = .none, all: Bool = false, _ hint: String? = nil
  ) -> ErrorRule {
    ErrorRule(
      status: status, codes: codes, words: words, others: others, names: names, code: meaning,
      retry: retry, charge: charge,
      affectsAllChunks: all, hint: hint)
  }

  /// Hints that several tables give.
  enum Hint {
    static let key = "check the key: {keys}, or what --key-file leads to"
    static let balance = "the account has no balance; top it up"
    static let models = "name a model that the service has with --model: {models}"
    static let fewer = "if this goes on, lower --concurrency, or set --requests-per-minute"
    static let address = "check --base-url: it is everything before /audio/transcriptions"
    static let shorter = "--chunk-length makes shorter chunks"
    static let prompt = "shorten the prompt"
    static let format = "choose another form of answers with --response-format"
  }

  /// Words of sentences about what is too much or too little.
  enum Words {
    static let length = [
      "duration", "seconds", "second", "minutes", "minute", "hour", "hours", "too long", "时长", "秒",
      "分钟",
      "小时", "过长", "太长",
    ]
    static let size = [
      "size", "too large", "too big", "bytes", "MB", "MiB", "KB", "大小", "体积", "过大", "太大",
    ]
    static let excess = [
      "exceed", "exceeds", "exceeded", "longer", "larger", "limit", "maximum", "max", "too long",
      "too large", "too big", "at most", "up to", "less than", "over", "超过", "超出", "超限", "不能", "不得",
      "最长", "最大", "限制", "上限", "过长", "过大", "太长", "太大", "小于", "以内",
    ]
    static let shortage = ["too short", "shorter", "minimum", "at least", "过短", "太短", "最短", "至少"]
    static let prompt = ["prompt", "提示词"]
  }

  /// What a code for all that is wrong with a request means by its words.
  static func whatIsWrong(code codes: [String]) -> [ErrorRule] {
    [
      when(code: codes, says: Words.prompt, .badParameter, .never, all: true, Hint.prompt),
      when(code: codes, says: Words.shortage, and: Words.length, .tooShort, .never),
      when(code: codes, says: Words.length, and: Words.excess, .tooLong, .split, Hint.shorter),
      when(code: codes, says: Words.size, and: Words.excess, .tooLarge, .split, Hint.shorter),
      when(
        code: codes, says: ["format", "decode", "decoded", "格式", "解码"], .unsupportedFormat, .never),
    ]
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
  ///   - model: The model that was asked for.
  ///   - location: Where a redirect points to.
  package static func failure(
    for error: ServiceError, of profile: ServiceProfile, model: String? = nil,
    location: String? = nil
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
      // What it did is not known.
      if status != error.status { failure.charge = .unknown }
    }
    failure.serviceCode = error.code ?? error.type
    failure.hint = failure.hint.map { filled($0, profile, refused: model) }
    return failure
  }

  private static func filled(
    _ hint: String, _ profile: ServiceProfile, refused model: String?
  ) -> String {
    let names = profile.keyVariables.map(\.name).joined(separator: " or ")
    // The one that was just refused is no advice.
    let models = profile.models.map(\.name).filter { $0 != model && !$0.isEmpty }
    return hint.replacing("{models}", with: models.joined(separator: ", "))
      .replacing("{keys}", with: names.isEmpty ? "what 'key_variable' names" : names)
  }
}
