/// An error in OpenAI's form: `{"error": {"message", "type", "param", "code"}}`.
struct OpenAIError: Sendable {
  let status: Int
  var message: String
  var type = "invalid_request_error"
  var param: String?
  var code: String?

  var failure: ServiceFailure {
    let content = Content(
      message: message, type: type, param: Nullable(param), code: Nullable(code))
    return ServiceFailure(
      status: status, code: code ?? type, body: JSONText.bytes(["error": content]))
  }

  private struct Content: Encodable {
    let message: String
    let type: String
    let param: Nullable<String>
    let code: Nullable<String>
  }

  /// The kind of error that goes with a status.
  static func type(for status: Int, code: String) -> String {
    switch status {
    case 429 where code == "insufficient_quota": "insufficient_quota"
    case 429: "requests"
    case 400..<500: "invalid_request_error"
    default: "server_error"
    }
  }

  /// A key with its middle hidden, as the service echoes it.
  static func masked(_ key: String) -> String {
    key.count < 12 ? "***" : "\(key.prefix(5))***\(key.suffix(3))"
  }

  // The words are the service's own where they are known from public reports, because clients
  // look for them.
  init(_ refusal: Refusal) {
    switch refusal.reason {
    case .noSuchPath: self.init(404, "Invalid URL (\(refusal.message))")
    case .wrongMethod: self.init(405, "Not allowed: \(refusal.message)")
    case .lengthRequired: self.init(411, "Content-Length required")
    case .bodyTooLarge(let limit):
      // The service counts in steps of 8 KiB and stops at the first beyond the limit.
      self.init(
        413, "Maximum content size limit (\(limit)) exceeded (\(limit + 8192) bytes read)",
        type: "server_error")
    case .missingKey, .malformedKey:
      self.init(401, "You didn't provide an API key (\(refusal.message)).")
    case .wrongKey(let key):
      self.init(
        401, "Incorrect API key provided: \(Self.masked(key)).", code: "invalid_api_key")
    case .tooManyInFlight, .tooManyPerMinute:
      self.init(
        429, "Rate limit reached: \(refusal.message)", type: "requests",
        code: "rate_limit_exceeded")
    case .malformedForm: self.init(400, "Could not parse multipart form: \(refusal.message)")
    case .missingField(let name):
      self.init(
        400, "Missing required parameter: '\(name)'.", param: name,
        code: "missing_required_parameter")
    case .wrongField(let name):
      self.init(400, "Unknown parameter: '\(name)'.", param: name, code: "unknown_parameter")
    case .repeatedField(let name): self.init(400, refusal.message, param: name)
    case .illegalValue("language"):
      self.init(
        400,
        "Invalid language: \(refusal.message). Language parameter must be specified in ISO-639-1 "
          + "format.", param: "language", code: "invalid_language_format")
    case .illegalValue(let name):
      self.init(400, "Invalid value: \(refusal.message)", param: name, code: "invalid_value")
    case .unknownModel(let name):
      self.init(
        404, "The model `\(name)` does not exist or you do not have access to it.",
        code: "model_not_found")
    case .formatNotOfModel(let format, let model):
      self.init(
        400,
        "response_format '\(format)' is not compatible with model '\(model)'. Use 'json' or "
          + "'text' instead.", param: "response_format", code: "unsupported_value")
    case .unknownResponseFormat(let format):
      self.init(
        400, "Invalid value: '\(format)'.", param: "response_format", code: "invalid_value")
    case .promptTooLong, .repeatedRequestID, .unmeasurable: self.init(400, refusal.message)
    case .badFileName:
      self.init(
        400,
        "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', "
          + "'oga', 'ogg', 'wav', 'webm']")
    case .badMediaType, .contentNotAsNamed:
      self.init(
        400, "The audio file could not be decoded or its format is not supported.", param: "file")
    case .emptyFile, .undecodable:
      self.init(400, "Audio file might be corrupted or unsupported", param: "file")
    case .fileTooLarge(let limit):
      self.init(413, "Maximum content size limit (\(limit)) exceeded", type: "server_error")
    case .tooShort:
      self.init(
        400, "Audio file is too short. Minimum audio length is 0.1 seconds.", param: "file",
        code: "audio_too_short")
    case .tooLong(let seconds, let limit):
      self.init(
        400,
        "audio duration \(seconds) seconds is longer than \(Self.plain(limit)) seconds which is "
          + "the maximum for this model", param: "file", code: "invalid_value")
    case .notInRecording: self.init(400, refusal.message, param: "file")
    case .noSpeech, .simulatorFailure: self.init(500, refusal.message, type: "server_error")
    }
  }

  private init(
    _ status: Int,
    _ message: String,
    type: String = "invalid_request_error",
    param: String? = nil,
    code: String? = nil
  ) {
    self.init(status: status, message: message, type: type, param: param, code: code)
  }

  init(status: Int, message: String, type: String, param: String?, code: String?) {
    self.status = status
    self.message = message
    self.type = type
    self.param = param
    self.code = code
  }

  /// A number without `.0`.
  private static func plain(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }
}
