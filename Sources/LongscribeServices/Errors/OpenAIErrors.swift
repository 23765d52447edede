import LongscribeCore

// Sources: bodies in public issues (openai-python, buzz #381, speakr #168, open-webui #12725) and the code of the relays
// songquanpeng/one-api and QuantumNous/new-api; LiteLLM 1.106 as Tests/ForeignSoftwareTests runs it.
//
// Relays hide what went wrong: one-api answers 500 for a file in the wrong format, 503 for a model that nobody serves. Their messages hold the
// original names and words, so these come before statuses.
extension ErrorRule {
  static let openAI: [ErrorRule] = tooMuch + wrongFormat + account + passing

  private static let tooMuch: [ErrorRule] = [
    when(called: ["audio_too_short", "Audio file is too short"], .tooShort, .never),
    when(
      says: Words.prompt, and: ["longer", "too long", "tokens"], .badParameter, .never, all: true,
      Hint.prompt),
    when(
      says: ["audio", "duration"],
      and: [
        "is longer than", "exceeds the maximum duration", "audio duration exceeds",
        "duration limit", "maximum duration", "audio is too long",
      ], .tooLong, .split, Hint.shorter),
    when(
      called: [
        "request_too_large", "Maximum content size", "Request Entity Too Large",
        "request body too large",
        "file is too large", "File size exceeds",
      ], .tooLarge, .split, Hint.shorter),
    // Tokens a minute: the request alone is more than the account has.
    when(status: 429, says: ["Request too large"], .tooLarge, .split, Hint.shorter),
    when(status: 413, .tooLarge, .split, Hint.shorter),
  ]

  private static let wrongFormat: [ErrorRule] = [
    when(
      called: ["unsupported_format", "Invalid file format", "Unrecognized file format"],
      .unsupportedFormat,
      .never, "the server does not take the upload for audio"),
    when(
      called: [
        "could not be decoded or its format", "might be corrupted or unsupported",
        "unsupported audio format",
        "error getting audio duration",
      ], .unsupportedFormat, .never),
    when(
      called: ["count_token_failed"], .unsupportedFormat, .never,
      "the relay could not measure the upload"),
    // The work was done and is paid for, but the relay could not read the answer (one-api #735).
    when(
      called: ["get_text_from_body_err", "unmarshal_response_body_failed"], .unexpectedResponse,
      .never,
      charge: .certain, all: true, "the relay cannot pass this form of answers on; " + Hint.format),
    when(
      called: [
        "unexpected_response_format", "unsupported_response_format", "invalid response_format",
        "is not compatible with model",
      ], .badParameter, .never, all: true, Hint.format),
  ]

  private static let account: [ErrorRule] = [
    when(
      called: [
        "insufficient_quota", "insufficient_user_quota", "billing_hard_limit_reached",
        "exceeded your current quota", "quota is not enough", "quota not enough", "额度不足", "余额不足",
        "用户额度",
      ], .quotaExhausted, .never, all: true, Hint.balance),
    when(
      called: [
        "model_not_found", "model_not_available", "no available channel", "no available channels",
        "无可用渠道",
        "无权使用模型", "Invalid model name",
      ], .modelUnavailable, .never, all: true, Hint.models),
    when(
      says: ["model", "模型"],
      and: [
        "does not exist", "not exist", "not found", "has been deprecated", "is deprecated",
        "decommissioned",
        "has been shut down", "do not have access", "不存在", "已下线",
      ], .modelUnavailable, .never, all: true, Hint.models),
    // LiteLLM's proxy looks a key that is not its own up in its database, and most have none; the status is 400.
    when(
      called: [
        "invalid_api_key", "invalid_token", "no_db_connection", "Incorrect API key", "无效的令牌",
        "令牌已过期",
      ], .authentication, .never, all: true, Hint.key),
    when(status: 401, .authentication, .never, all: true, Hint.key),
    when(status: 404, says: ["Invalid URL"], .badParameter, .never, all: true, Hint.address),
  ]

  private static let passing: [ErrorRule] = [
    when(called: ["rate_limit_exceeded", "上游负载已饱和"], .rateLimited, .now, Hint.fewer),
    when(
      called: ["content_policy_violation", "content_filter"], .contentBlocked, .never,
      "the service refuses this stretch"),
    when(code: ["unsupported_value", "invalid_value", "unknown_parameter"], .badParameter, .never),
    // A refusal for good that a relay reports as a failure of its own.
    when(status: 500, says: ["invalid_request_error"], .badParameter, .never),
    when(status: 503, says: ["invalid_request_error"], .badParameter, .never),
  ]
}
