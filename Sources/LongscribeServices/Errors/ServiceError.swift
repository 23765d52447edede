private import Foundation

/// What a service says when it refuses or fails, whatever form it says it in.
///
/// The forms: `{"error":{message,type,param,code}}` (OpenAI, relays, GLM), `{"error":"…"}` (some servers), `{"code","message"}`
/// (SiliconFlow), `{"code","msg","detail":{"logid"}}` (Coze), `{"detail":"…"}` (servers on FastAPI), a bare JSON string
/// (SiliconFlow's 401), plain text, a gateway's HTML.
package struct ServiceError: Sendable, Hashable {
  package var status: Int
  /// The service's code, as text.
  package var code: String?
  /// OpenAI's kind of error.
  package var type: String?
  /// The parameter that is wrong.
  package var parameter: String?
  /// One readable line of at most 300 characters.
  package var message: String

  package init(
    status: Int, code: String? = nil, type: String? = nil, parameter: String? = nil,
    message: String
  ) {
    self.status = status
    self.code = code
    self.type = type
    self.parameter = parameter
    self.message = message
  }

  /// The error in a body; `nil` if the body does not look like one.
  ///
  /// - Parameters:
  ///   - zeroIsSuccess: Whether a code of its own decides, and 0 means success (Coze).
  ///   - isNoAnswer: Whether it is known that the body holds no transcription.
  static func inside(
    _ body: [UInt8], status: Int, zeroIsSuccess: Bool, isNoAnswer: Bool = false
  ) -> ServiceError? {
    guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(body)) else {
      return nil
    }
    let code = envelope.code?.text
    if let inner = envelope.error, inner.saysSomething {
      return ServiceError(
        status: status, code: (inner.code?.text ?? code).map(clean), type: inner.type.map(clean),
        parameter: inner.param.map(clean),
        message: clean(inner.message ?? envelope.message ?? "no message"))
    }
    let words = [envelope.msg, envelope.message, envelope.detail].compactMap { $0 }
      .first { !$0.isEmpty }
    if zeroIsSuccess {
      guard let code, code != "0" else { return nil }
      return ServiceError(status: status, code: clean(code), message: clean(words ?? "no message"))
    }
    // In an answer of success a code and a message alone prove nothing: gateways write 200 and "ok" there.
    let isSuccess = code.map { successes.contains($0.lowercased()) } ?? true
    guard let words, !(200..<300).contains(status) || isNoAnswer && !isSuccess else { return nil }
    return ServiceError(status: status, code: code.map(clean), message: clean(words))
  }

  /// The error of an answer whose status is none of success: what is inside, or the body as it is.
  static func refused(_ body: [UInt8], status: Int, zeroIsSuccess: Bool) -> ServiceError {
    if let error = inside(body, status: status, zeroIsSuccess: zeroIsSuccess) { return error }
    if let bare = try? JSONDecoder().decode(String.self, from: Data(body)) {
      return ServiceError(status: status, message: clean(bare))
    }
    let text = HTTPErrors.isPage(body) ? HTTPErrors.title(body) : HTTPErrors.excerpt(body)
    return ServiceError(status: status, message: text.isEmpty ? "no message" : text)
  }

  /// Codes by which gateways mean success.
  private static let successes: Set = ["0", "200", "20000", "ok", "success"]

  private static func clean(_ text: String) -> String {
    HTTPErrors.excerpt(Array(text.utf8))
  }

  private struct Inner: Decodable {
    var message: String?
    var type: String?
    var param: String?
    var code: LenientText?

    enum CodingKeys: String, CodingKey {
      case message, type, param, code
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        message = text
        return
      }
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      message = (try? fields.decodeIfPresent(String.self, forKey: .message)) ?? nil
      type = (try? fields.decodeIfPresent(String.self, forKey: .type)) ?? nil
      param = (try? fields.decodeIfPresent(String.self, forKey: .param)) ?? nil
      code = (try? fields.decodeIfPresent(LenientText.self, forKey: .code)) ?? nil
      if Self.isNothing(param) { param = nil }
      if Self.isNothing(type) { type = nil }
      if Self.isNothing(code?.text) { code = nil }
    }

    /// Relays write what they do not know as a word (VideoCaptioner #703: `"param":"null"`).
    private static func isNothing(_ text: String?) -> Bool {
      text.map { ["", "null", "<nil>", "nil"].contains($0.lowercased()) } ?? true
    }

    var saysSomething: Bool { code != nil || type != nil || !(message ?? "").isEmpty }
  }

  private struct Envelope: Decodable {
    var error: Inner?
    var code: LenientText?
    var msg: String?
    var message: String?
    var detail: String?

    enum CodingKeys: String, CodingKey {
      case error, code, msg, message, detail
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      error = (try? fields.decodeIfPresent(Inner.self, forKey: .error)) ?? nil
      code = (try? fields.decodeIfPresent(LenientText.self, forKey: .code)) ?? nil
      msg = (try? fields.decodeIfPresent(String.self, forKey: .msg)) ?? nil
      message = (try? fields.decodeIfPresent(String.self, forKey: .message)) ?? nil
      detail = (try? fields.decodeIfPresent(String.self, forKey: .detail)) ?? nil
    }
  }
}
