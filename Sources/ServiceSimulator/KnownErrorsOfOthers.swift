extension KnownError {
  static let coze: [KnownError] = [
    usual(.coze, 400, "4000", "The parameter is wrong", .changeRequest),
    usual(.coze, 429, "4008", "Your daily limit is reached", .none),
    usual(.coze, 429, "4009", "The system is busy", .repeatLater),
    usual(.coze, 402, "4011", "The account is overdue", .none),
    usual(.coze, 402, "4019", "Not enough balance", .none),
    usual(.coze, 402, "4022", "Not enough balance", .none),
    usual(.coze, 429, "4013", "Too many requests for the model", .repeatLater),
    usual(.coze, 429, "4020", "Requests per minute exceeded", .repeatLater, retryAfter: "1"),
    usual(.coze, 401, "4100", "authentication is invalid", .none),
    usual(.coze, 403, "4101", "The token has no permission createTranscription", .none),
    usual(.coze, 200, "700012006", "access token invalid", .none),
    usual(.coze, 403, "4102", "Refused by risk control", .none),
    usual(.coze, 404, "4200", "The requested resource does not exist", .none),
    usual(.coze, 400, "4300", "The file is empty", .changeRequest),
    usual(.coze, 400, "4301", "Only one file is allowed", .changeRequest),
    usual(.coze, 400, "4302", "The file exceeds 10 MB", .split),
    usual(.coze, 400, "4303", "The file type is not supported", .changeRequest),
    usual(.coze, 400, "4304", "The file is invalid", .changeRequest),
    usual(.coze, 500, "5000", "internal error, please retry after a while", .repeatOnce),
    verbatim(
      .coze, 502, nil, "<html>502 Bad Gateway</html>", .repeatOnce, contentType: "text/html"),
  ]

  // The messages are those the services are known to send.
  static let siliconFlow: [KnownError] = [
    usual(
      .siliconflow, 400, "20012", "Model does not exist. Please check it carefully.", .none),
    usual(
      .siliconflow, 400, "20015", "The parameter is invalid. Please check again.", .changeRequest),
    usual(.siliconflow, 401, "", "Invalid token", .none),
    usual(.siliconflow, 403, "", "Forbidden", .none),
    verbatim(
      .siliconflow, 403, "30001",
      #"{"code":30001,"message":"Sorry, your account balance is insufficient","data":null}"#, .none),
    usual(.siliconflow, 404, "", "404 page not found", .none),
    usual(
      .siliconflow, 429, "",
      "Request was rejected due to rate limiting. Details:TPM limit reached.", .repeatLater),
    usual(
      .siliconflow, 429, "",
      "Request was rejected due to rate limiting. Details:RPD limit reached.", .none),
    usual(
      .siliconflow, 503, "50505", "Model service overloaded. Please try again later.",
      .repeatLater),
    usual(.siliconflow, 504, "", "Gateway Timeout", .repeatOnce),
    verbatim(
      .siliconflow, 500, nil, #"{"code":null,"message":"unknown error","data":""}"#, .repeatOnce),
  ]

  /// The messages are those that clients have met.
  static func openAI(as service: ServiceSimulator.Service) -> [KnownError] {
    func typed(
      _ status: Int, _ type: String, _ param: String?, _ code: String?, _ message: String,
      _ remedy: Remedy
    ) -> KnownError {
      let error = OpenAIError(
        status: status, message: message, type: type, param: param, code: code)
      return verbatim(
        service, status, code, String(decoding: error.failure.body, as: UTF8.self), remedy)
    }
    let request = "invalid_request_error"
    return [
      typed(
        400, request, nil, nil,
        "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', "
          + "'oga', 'ogg', 'wav', 'webm']", .changeRequest),
      typed(
        400, request, nil, nil,
        "The audio file could not be decoded or its format is not supported.", .changeRequest),
      typed(
        400, request, "messages", "unsupported_format",
        "This model does not support the format you provided.", .changeRequest),
      typed(400, request, nil, nil, "Audio file might be corrupted or unsupported", .changeRequest),
      typed(
        400, request, "file", "audio_too_short",
        "Audio file is too short. Minimum audio length is 0.1 seconds.", .skip),
      typed(
        400, request, nil, "invalid_value",
        "audio duration 1830.530612 seconds is longer than 1400 seconds which is the maximum for "
          + "this model", .split),
      typed(
        400, request, "response_format", "unsupported_value",
        "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'. Use "
          + "'json' or 'text' instead.", .changeRequest),
      typed(
        413, "server_error", nil, nil,
        "Maximum content size limit (26214400) exceeded (26222592 bytes read)", .split),
      typed(413, request, nil, "request_too_large", "Request Entity Too Large", .split),
      typed(
        401, request, nil, "invalid_api_key", "Incorrect API key provided: sk-ab***xyz.", .none),
      typed(
        404, request, nil, "model_not_found",
        "The model `whisper-1` does not exist or you do not have access to it.", .none),
      typed(
        429, "insufficient_quota", nil, "insufficient_quota", "You exceeded your current quota.",
        .none),
      typed(429, "requests", nil, "rate_limit_exceeded", "Rate limit reached.", .repeatLater),
      typed(500, "server_error", nil, nil, "The server had an error.", .repeatOnce),
      typed(503, "server_error", nil, nil, "The engine is currently overloaded.", .repeatLater),
    ]
  }

  static let relay: [KnownError] = [
    usual(
      .relay, 500, "request_error",
      "type invalid_request_error, code <nil>, message Invalid file format. Supported formats: "
        + "['flac', 'm4a', 'mp3']", .changeRequest),
    usual(
      .relay, 500, "request_error",
      "type server_error, code <nil>, message Maximum content size limit (26214400) exceeded "
        + "(26222592 bytes read)", .split),
    usual(
      .relay, 500, "request_error",
      "type invalid_request_error, code invalid_value, message audio duration 1830.5 seconds is "
        + "longer than 1400 seconds which is the maximum for this model", .split),
    usual(.relay, 500, "unexpected_response_format", "unexpected_response_format", .changeRequest),
    usual(
      .relay, 500, "count_token_failed",
      "error getting audio duration: unsupported audio format: .mpga", .changeRequest),
    usual(.relay, 503, "", "当前分组 default 下对于模型 whisper-1 无可用渠道", .none),
    usual(.relay, 503, "", "no available channels for model whisper-1", .none),
    usual(.relay, 403, "insufficient_user_quota", "用户额度不足", .none),
    usual(.relay, 403, "", "该令牌无权使用模型：whisper-1", .none),
    usual(.relay, 401, "", "无效的令牌", .none),
    usual(.relay, 404, "", "Invalid URL (POST /v1/audio/transcriptions)", .none),
    usual(.relay, 413, "read_request_body_failed", "request body too large", .split),
    usual(.relay, 429, "", "当前分组上游负载已饱和，请稍后再试", .repeatLater),
    usual(.relay, 500, "do_request_failed", "do request failed", .repeatOnce),
    usual(.relay, 500, "get_text_from_body_err", "get text from body failed", .changeRequest),
    usual(.relay, 200, "", "upstream error", .repeatOnce),
  ]
}
