import LongscribeCore

// Sources: the service's API reference and its pages on errors and rate limits (docs.siliconflow.cn).
extension ErrorRule {
  // One code and one text for wrong parameters and for audio that is too long or too large.
  static let siliconFlow: [ErrorRule] =
    whatIsWrong(code: ["20015"]) + [
      when(code: ["20012"], .modelUnavailable, .never, all: true, Hint.models),
      when(
        // With no words that tell, and with nothing sent but a file and a model, it is the file that is too much.
        code: ["20015"], .tooLong, .split,
        "the service says this of audio that is too long, too large or in a format that it does not take"
      ),
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
