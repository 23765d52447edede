private import Foundation
public import LongscribeCore
private import Synchronization

/// Zhipu's GLM-ASR.
public struct GLMRecognizer: Recognizer {
  /// The service of bigmodel.cn.
  public static let standardBaseURL = "https://open.bigmodel.cn/api/paas/v4"
  /// The same service for accounts of z.ai.
  public static let internationalBaseURL = "https://api.z.ai/api/paas/v4"

  private let model: GLMModel
  private let options: GLMOptions
  private let baseURL: BaseURL
  private let key: Secret
  private let client: HTTPClient

  /// A recogniser for one account and model.
  ///
  /// - Parameters:
  ///   - key: The account's key; it is sent to the host of `baseURL` and nowhere else.
  ///   - model: The model.
  ///   - baseURL: The service's address.
  ///   - options: What to ask for.
  ///   - usesEnvironmentProxy: Whether `https_proxy`, `all_proxy` and `no_proxy` are obeyed.
  public init(
    key: Secret, model: GLMModel = .named(GLMModel.standard), baseURL: BaseURL,
    options: GLMOptions = GLMOptions(), usesEnvironmentProxy: Bool = false
  ) {
    self.key = key
    self.model = model
    self.baseURL = baseURL
    self.options = options
    client = HTTPClient(
      configuration: HTTPClientConfiguration(
        proxy: usesEnvironmentProxy ? .fromEnvironment : .none))
  }

  /// Provider `glm`, with the model and the host.
  public var identity: RecognizerIdentity {
    RecognizerIdentity(provider: "glm", model: model.name, host: baseURL.host)
  }

  /// The model's limits.
  public var limits: ServiceLimits { model.limits }

  /// Segments, or estimates where answers are bare text.
  public var timeQuality: TimeQuality { model.timeQuality(stream: options.stream) }

  /// Sends one chunk.
  ///
  /// - Throws: `RecognitionFailure` with GLM's own code and message where it gave any.
  public func recognize(
    _ request: RecognitionRequest
  ) async throws(RecognitionFailure) -> Recognition {
    let parts = parts(of: request)
    let size = HTTPRequest.multipartByteCount(of: parts)
    guard size <= model.limits.maximumBytes else {
      throw RecognitionFailure(
        .tooLarge, message: "the request has \(size) bytes, more than \(model.limits.maximumBytes)",
        retry: .split)
    }
    let stream = StreamedText(report: request.onPartialText)
    var call = HTTPRequest(
      url: baseURL.transcriptions, method: .post(parts: parts),
      headers: [HTTPHeader("Authorization", "Bearer \(key.revealed)")],
      timeouts: Self.timeouts(bytes: size, samples: request.audio.samples))
    // A minute of speech is a few kilobytes.
    call.responseLimit = 1 << 20
    if options.stream { call.onBody = { bytes in stream.append(bytes) } }
    let response: HTTPResponse
    do throws(HTTPFailure) {
      response = try await client.send(call)
    } catch {
      throw RecognitionFailure(error)
    }
    return try GLMAnswer.recognition(ServiceReply(response, key: key))
  }

  /// Text parts first and the file last; the name is ASCII with the true extension, because that is what services judge by.
  private func parts(of request: RecognitionRequest) -> [MultipartPart] {
    let audio = request.audio
    var parts: [MultipartPart] = [.field(name: "model", value: model.name)]
    if let temperature = options.temperature, model.takesTemperature {
      parts.append(.field(name: "temperature", value: String(temperature)))
    }
    parts.append(.field(name: "stream", value: options.stream ? "true" : "false"))
    // Unique for each attempt: the service refuses an id that it has seen.
    parts.append(.field(name: "request_id", value: "longscribe-\(UUID().uuidString.lowercased())"))
    if let userID = options.userID { parts.append(.field(name: "user_id", value: userID)) }
    if let prompt = options.prompt, model.takesPrompt {
      parts.append(.field(name: "prompt", value: prompt))
    }
    parts.append(
      .file(
        name: "file", fileName: request.chunk.fileName(in: audio.format),
        contentType: audio.format.facts.mediaType, source: UploadBody(bytes: audio.bytes)))
    return parts
  }

  /// Time for a slow line (50 kB/s) and for a service that takes half as long as the audio, but at least two minutes.
  private static func timeouts(bytes: Int64, samples: Int64) -> HTTPTimeouts {
    let seconds = max(120, Double(bytes) / 50_000 + Timeline.seconds(samples) / 2)
    return HTTPTimeouts(
      connect: .seconds(10), sendIdle: .seconds(30), answerIdle: .seconds(120),
      total: .seconds(min(600, seconds)))
  }
}

/// A finished file as the HTTP client reads it.
struct UploadBody: HTTPBodySource {
  let bytes: any AudioBytes

  var byteCount: Int64 { bytes.byteCount }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try bytes.read(at: offset, into: buffer)
  }
}

/// Gathers the pieces of a streamed answer and reports the text so far.
private final class StreamedText: Sendable {
  private struct State {
    var parser = EventStreamParser()
    var text = ""
  }

  private let state = Mutex(State())
  private let report: (@Sendable (String) -> Void)?

  init(report: (@Sendable (String) -> Void)?) {
    self.report = report
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let report else { return }
    let text = state.withLock { state -> String? in
      let before = state.text.count
      for event in state.parser.feed(bytes) { state.text += GLMAnswer.delta(event.data) ?? "" }
      return state.text.count > before ? state.text : nil
    }
    if let text { report(text) }
  }
}
