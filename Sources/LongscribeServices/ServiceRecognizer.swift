private import Foundation
public import LongscribeCore
private import Synchronization

/// A speech-to-text service, as its profile describes it.
public struct ServiceRecognizer: Recognizer {
  private let plan: RequestPlan
  private let baseURL: BaseURL
  private let address: String
  private let key: Secret?
  private let client: HTTPClient
  private let timeout: Double?
  private let refusals = Refusals()

  /// A recogniser for one account and model.
  ///
  /// - Parameters:
  ///   - profile: The service.
  ///   - model: The model; see `ServiceProfile.model`.
  ///   - key: The account's key; it is sent to the host of `baseURL` and nowhere else. `nil` for servers that need none.
  ///   - baseURL: The service's address.
  ///   - options: What to ask for.
  ///   - network: How connections are made.
  public init(
    profile: ServiceProfile, model: ServiceModel, key: Secret?, baseURL: BaseURL,
    options: ServiceOptions = ServiceOptions(), network: NetworkOptions = NetworkOptions()
  ) {
    plan = RequestPlan(profile: profile, model: model, options: options)
    self.key = key
    self.baseURL = baseURL
    address = baseURL.address(path: profile.path, query: profile.query)
    timeout = network.timeout
    client = HTTPClient(configuration: network.configuration(calls: model.maximumInFlight))
  }

  /// The profile's name, with the model and the host.
  public var identity: RecognizerIdentity {
    RecognizerIdentity(
      provider: plan.profile.name, model: plan.model.name.isEmpty ? nil : plan.model.name,
      host: baseURL.host)
  }

  /// The model's limits.
  public var limits: ServiceLimits { plan.model.limits }

  /// The times of the richest answers that the model gives for what is asked.
  public var timeQuality: TimeQuality { plan.timeQuality }

  /// The times that a model's answers have, for what is asked.
  public static func timeQuality(
    profile: ServiceProfile, model: ServiceModel, options: ServiceOptions
  ) -> TimeQuality {
    RequestPlan(profile: profile, model: model, options: options).timeQuality
  }

  /// The address and the key, the latter as a number that means nothing outside of this process.
  public var account: String { "\(baseURL.text) \(key.hashValue)" }

  /// The address, and all that is asked for but the names of calls.
  public var fingerprint: String { "\(plan.profile.name)\n\(address)\n\(plan.fingerprint)" }

  /// Sends one chunk.
  ///
  /// - Throws: `RecognitionFailure` with the service's own code and message where it gave any.
  public func recognize(
    _ request: RecognitionRequest
  ) async throws(RecognitionFailure) -> Recognition {
    // A server that refuses an optional field has done no work, so it is asked again without it. Each field is left out once.
    for _ in ServiceModel.Field.allCases {
      var plan = plan
      plan.refused = refusals.fields
      do throws(RecognitionFailure) {
        var answer = try await send(request, plan)
        answer.notes = plan.refused.map(Refusals.note).sorted()
        return answer
      } catch {
        guard let field = error.parameter.flatMap(ServiceModel.Field.init),
          Refusals.droppable.contains(field),
          refusals.add(field) || !plan.refused.contains(field)
        else { throw error }
      }
    }
    throw RecognitionFailure(
      .badParameter, message: "the service refuses every optional field", retry: .never,
      affectsAllChunks: true)
  }

  private func send(
    _ request: RecognitionRequest, _ plan: RequestPlan
  ) async throws(RecognitionFailure) -> Recognition {
    let audio = request.audio
    let parts = plan.parts(
      fileName: request.chunk.fileName(in: audio.format), format: audio.format, bytes: audio.bytes,
      // New for each attempt: GLM refuses an id that it has seen (1231).
      uniqueID: UUID().uuidString.lowercased())
    let size = HTTPRequest.multipartByteCount(of: parts)
    guard size <= plan.model.maximumBytes else {
      throw RecognitionFailure(
        .tooLarge, message: "the request has \(size) bytes, more than \(plan.model.maximumBytes)",
        retry: .split,
        learnt: RecognitionFailure.LearntLimit(maximumBytes: plan.model.maximumBytes))
    }
    let stream = StreamedText(key: secret, report: request.onPartialText)
    var call = HTTPRequest(
      url: address, method: .post(parts: parts), headers: headers,
      timeouts: CallTimeouts.timeouts(
        bytes: size, samples: audio.samples, streams: plan.streams, asked: timeout))
    // An hour of words with times and tokens is some 10 MB; more is no answer.
    call.responseLimit = (4 << 20) + Int(Timeline.seconds(audio.samples)) * 16_384
    if plan.streams { call.onBody = { bytes in stream.append(bytes) } }
    let response: HTTPResponse
    do throws(HTTPFailure) {
      response = try await client.send(call)
    } catch {
      // The answer may be whole although the connection did not end as it should: it has been paid for.
      // Only what shows its own end is believed.
      if let status = error.status {
        let reply = ServiceReply(status: status, body: error.partialBody, key: secret)
        if AnswerReader.provesItsEnd(reply), let answer = try? read(reply, plan, audio, size) {
          return answer
        }
      }
      throw RecognitionFailure(error)
    }
    do throws(RecognitionFailure) {
      return try read(ServiceReply(response, key: secret), plan, audio, size)
    } catch {
      var failure = error
      if key == nil, failure.code == .authentication {
        failure.hint = "no key was sent, because none was found"
      }
      throw failure
    }
  }

  /// The key, or what stands for none.
  private var secret: Secret { key ?? Secret("") }

  private func read(
    _ reply: ServiceReply, _ plan: RequestPlan, _ audio: AudioUpload, _ size: Int64
  ) throws(RecognitionFailure) -> Recognition {
    var answer = try AnswerReader(plan: plan, samples: audio.samples, bytes: size)
      .recognition(reply)
    // Once more when it is decoded: a stream may bring a key in two pieces.
    answer.text = secret.redacted(from: answer.text)
    for index in answer.segments.indices {
      answer.segments[index].text = secret.redacted(from: answer.segments[index].text)
    }
    return answer
  }

  private var headers: [HTTPHeader] {
    var headers = [HTTPHeader("Accept", "application/json")]
    guard let key else { return headers }
    let scheme = plan.profile.keyScheme
    headers.append(
      HTTPHeader(
        plan.profile.keyHeader, scheme.isEmpty ? key.revealed : "\(scheme) \(key.revealed)"))
    return headers
  }
}

/// The optional fields that a server has refused, for all calls of a recogniser.
private final class Refusals: Sendable {
  /// Fields without which the answer is still an answer.
  static let droppable: Set<ServiceModel.Field> = [.responseFormat, .timestampGranularities]

  /// What leaving a field out costs.
  static func note(_ field: ServiceModel.Field) -> String {
    switch field {
    case .timestampGranularities:
      "the server refuses timestamp_granularities; words have no times of their own"
    case .responseFormat:
      "the server refuses the response_format; it is not asked for any"
    default: "the server refuses \(field.rawValue); it is not sent"
    }
  }

  private let state = Mutex<Set<ServiceModel.Field>>([])

  var fields: Set<ServiceModel.Field> { state.withLock { $0 } }

  /// Remembers a field; returns whether it is new.
  func add(_ field: ServiceModel.Field) -> Bool {
    state.withLock { $0.insert(field).inserted }
  }
}

/// Gathers the pieces of a streamed answer and reports the text so far.
private final class StreamedText: Sendable {
  private struct State {
    var parser = EventStreamParser()
    var text = ""
  }

  private let state = Mutex(State())
  private let key: Secret
  private let report: (@Sendable (String) -> Void)?

  init(key: Secret, report: (@Sendable (String) -> Void)?) {
    self.key = key
    self.report = report
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let report else { return }
    let text = state.withLock { state -> String? in
      var hasGrown = false
      for event in state.parser.feed(bytes) {
        guard let piece = StreamedAnswer.piece(event.data), !piece.isEmpty else { continue }
        state.text += piece
        hasGrown = true
      }
      return hasGrown ? state.text : nil
    }
    if let text { report(key.redacted(from: text)) }
  }
}
