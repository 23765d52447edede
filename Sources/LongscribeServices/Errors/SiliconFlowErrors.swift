import LongscribeCore

// Sources: the service's API reference and its pages on errors and rate limits (docs.siliconflow.cn).
extension ErrorRule {
  static let siliconFlow: [ErrorRule] = [
    when(code: ["20012"], .modelUnavailable, .never, all: true, Hint.models),
    // One text for wrong parameters and for audio that is too long or too large.
    when(
      code: ["20015"], says: ["duration", "seconds", "too long", "hour", "时长"], .tooLong, .split,
      Hint.shorter),
    when(
      code: ["20015"], says: ["size", "too large", "MB", "大小"], .tooLarge, .split, Hint.shorter),
    when(
      code: ["20015"], .badParameter, .never,
      "the service says this of parameters and of audio that it does not take"),
    when(code: ["30001"], .quotaExhausted, .never, all: true, Hint.balance),
    when(status: 401, .authentication, .never, all: true, Hint.key),
    when(
      status: 403, says: ["balance", "余额", "insufficient"], .quotaExhausted, .never, all: true,
      Hint.balance),
    when(
      status: 403, .permission, .never, all: true,
      "the model may need an account with a verified name, or the account has no balance"),
    when(status: 404, .badParameter, .never, all: true, Hint.address),
    // Which limit was reached is only in the text: those of a day do not pass soon.
    when(
      status: 429, says: ["RPD", "TPD", "per day"], .quotaExhausted, .never, all: true,
      "the day's limit is used up; go on tomorrow"),
    when(status: 429, .rateLimited, .after(10), Hint.fewer),
    when(code: ["50505"], .overloaded, .now),
    when(status: 503, .overloaded, .now),
    when(status: 500, .serverError, .now, charge: .unknown),
    when(status: 504, .serverError, .now, charge: .unknown),
  ]
}
