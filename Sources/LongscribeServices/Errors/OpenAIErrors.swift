import LongscribeCore

// Sources: bodies in public issues (openai-python, buzz #381, speakr #168, open-webui #12725) and the code of the relays
// songquanpeng/one-api and QuantumNous/new-api; LiteLLM 1.106 as Tests/ForeignSoftwareTests runs it.
//
// Relays hide what went wrong: one-api answers 500 for a file in the wrong format, 503 for a model that nobody serves. Their messages hold the
// original words, so words come before statuses.
extension ErrorRule {
  static let openAI: [ErrorRule] = [
    when(
      code: ["audio_too_short"], .tooShort, .never),
    when(says: ["Audio file is too short", "audio_too_short"], .tooShort, .never),
    when(
      says: [
        "is longer than", "longer than the maximum", "audio duration exceeds", "duration limit",
      ],
      .tooLong, .split, Hint.shorter),
    when(
      code: ["request_too_large", "read_request_body_failed"], .tooLarge, .split, Hint.shorter),
    when(
      says: [
        "Maximum content size", "Request Entity Too Large", "request body too large",
        "file is too large",
        "File size exceeds",
      ], .tooLarge, .split, Hint.shorter),
    when(status: 413, .tooLarge, .split, Hint.shorter),
    when(
      says: ["Invalid file format", "Unrecognized file format"], .unsupportedFormat, .never,
      "the server does not take the upload for audio"),
    when(
      code: ["unsupported_format"], .unsupportedFormat, .never,
      "the server does not take the upload for audio"),
    when(
      says: [
        "could not be decoded or its format", "might be corrupted or unsupported",
        "unsupported audio format",
        "error getting audio duration",
      ], .unsupportedFormat, .never),
    when(
      code: ["count_token_failed"], .unsupportedFormat, .never,
      "the relay could not measure the upload"),
    // The work was done and is paid for, but the relay could not read the answer (one-api #735).
    when(
      code: ["get_text_from_body_err", "unmarshal_response_body_failed"], .unexpectedResponse,
      .never,
      charge: .certain, all: true,
      "the relay cannot pass this form of answers on; choose another with --response-format"),
    when(
      says: ["get_text_from_body_err", "unmarshal_response_body_failed"], .unexpectedResponse,
      .never,
      charge: .certain, all: true,
      "the relay cannot pass this form of answers on; choose another with --response-format"),
    when(
      code: ["unexpected_response_format", "unsupported_response_format"], .badParameter, .never,
      all: true, "choose another form of answers with --response-format"),
    when(
      says: [
        "unexpected_response_format", "is not compatible with model", "invalid response_format",
      ],
      .badParameter, .never, all: true, "choose another form of answers with --response-format"),
    when(
      code: ["insufficient_quota", "insufficient_user_quota", "billing_hard_limit_reached"],
      .quotaExhausted, .never, all: true, Hint.balance),
    when(
      says: [
        "insufficient_quota", "insufficient_user_quota", "exceeded your current quota",
        "quota is not enough",
        "quota not enough", "额度不足", "余额不足", "用户额度",
      ], .quotaExhausted, .never, all: true, Hint.balance),
    when(
      code: ["model_not_found", "model_not_available"], .modelUnavailable, .never, all: true,
      Hint.models),
    when(
      says: [
        "no available channel", "无可用渠道", "model_not_found", "The model `", "model does not exist",
        "has been deprecated", "has been shut down", "无权使用模型", "Invalid model name",
      ], .modelUnavailable, .never, all: true, Hint.models),
    when(
      code: ["invalid_api_key", "invalid_token"], .authentication, .never, all: true, Hint.key),
    // LiteLLM's proxy looks a key that is not its own up in its database, and most have none; the status is 400.
    when(code: ["no_db_connection"], .authentication, .never, all: true, Hint.key),
    when(
      says: ["Incorrect API key", "无效的令牌", "令牌已过期"], .authentication, .never, all: true, Hint.key),
    when(status: 401, .authentication, .never, all: true, Hint.key),
    when(
      status: 404, says: ["Invalid URL"], .badParameter, .never, all: true, Hint.address),
    when(says: ["负载已饱和"], .rateLimited, .now, Hint.fewer),
    when(code: ["rate_limit_exceeded"], .rateLimited, .now, Hint.fewer),
    when(
      code: ["content_policy_violation"], .contentBlocked, .never,
      "the service refuses this stretch"),
    when(code: ["unsupported_value", "invalid_value", "unknown_parameter"], .badParameter, .never),
    // A refusal for good that a relay reports as a failure of its own.
    when(
      status: 500, says: ["invalid_request_error"], .badParameter, .never),
    when(
      status: 503, says: ["invalid_request_error"], .badParameter, .never),
  ]
}
