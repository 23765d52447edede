import LongscribeCore

// Sources: the service's lists of error codes (docs.bigmodel.cn and docs.z.ai, "api-code"). The code decides, not the status: 429 is an empty
// account as well as too many requests.
extension ErrorRule {
  // The code for refused files is not documented; 1214 ("a parameter is illegal") and 1210 are seen.
  static let glm: [ErrorRule] =
    whatIsWrong(code: ["1210", "1214"]) + [
      when(
        code: ["1000", "1001", "1002", "1003", "1004"], .authentication, .never, all: true,
        "check the key in ZHIPUAI_API_KEY (bigmodel.cn) or ZAI_API_KEY (z.ai); their accounts are separate"
      ),
      when(
        code: ["1112", "1121", "1220"], .permission, .never, all: true,
        "ask the service why the account may not do this"),
      when(code: ["1113"], .quotaExhausted, .never, all: true, Hint.balance),
      when(
        code: ["1304", "1308", "1309", "1310", "1311", "1313"], .quotaExhausted, .never, all: true,
        "the plan's limit is used up; wait for the next period or change the plan"),
      when(code: ["1211", "1221", "1222"], .modelUnavailable, .never, all: true, Hint.models),
      when(code: ["1210", "1212", "1213", "1214", "1215"], .badParameter, .never),
      // The id is new for each attempt, so the next one has no request of the same name.
      when(code: ["1231"], .serverError, .now),
      when(code: ["1261"], .badParameter, .never, all: true, "shorten the prompt"),
      when(
        code: ["1301"], .contentBlocked, .never, "the service refuses this stretch as sensitive"),
      when(code: ["1302"], .concurrencyLimited, .now, Hint.fewer),
      when(code: ["1303"], .rateLimited, .now, Hint.fewer),
      when(code: ["1305", "1312"], .overloaded, .now),
      when(code: ["500", "1120", "1230", "1234"], .serverError, .now),
      when(
        status: 434, .permission, .never, all: true,
        "ask the service why the account may not do this"
      ),
      when(status: 435, .tooLarge, .split, Hint.shorter),
    ]
}
