import LongscribeCore

// Sources: the service's list of error codes (docs.coze.cn, "coze_error_codes"); 5000 on files without speech: coze-js #178. The HTTP status is not the
// verdict: errors come with 200 too.
extension ErrorRule {
  static let coze: [ErrorRule] =
    whatIsWrong(code: ["4000", "4300"]) + [
      when(
        code: ["4100", "700012006"], .authentication, .never, all: true,
        "check the token in COZE_API_TOKEN; tokens of coze.com do not work at coze.cn"),
      when(
        code: ["4101"], .permission, .never, all: true,
        "the token needs the permission createTranscription for this workspace"),
      when(
        code: ["4102"], .permission, .never, all: true,
        "the service's risk control refuses the account"),
      when(code: ["4011", "4019", "4022"], .quotaExhausted, .never, all: true, Hint.balance),
      when(
        code: ["4008"], .quotaExhausted, .never, all: true,
        "the day's calls are used up; go on tomorrow"),
      when(code: ["4009"], .overloaded, .now),
      when(code: ["4013", "4020"], .rateLimited, .now, Hint.fewer),
      when(code: ["4200"], .badParameter, .never, all: true, Hint.address),
      when(code: ["4302"], .tooLarge, .split, Hint.shorter),
      when(code: ["4303", "4304"], .unsupportedFormat, .never),
      when(code: ["4000", "4300", "4301"], .badParameter, .never),
      // It may have worked on the file and found no speech, so it is asked once more and not for ever.
      when(
        code: ["5000"], .serverError, .now, charge: .unknown,
        "nobody may be speaking there, or the service is failing"),
    ]
}
