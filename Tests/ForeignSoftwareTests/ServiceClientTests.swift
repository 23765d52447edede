import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// The services' own clients, which were written against the services: what they send must be taken, and what the simulator answers must
/// be what they expect.
@Suite(.needsClients, .serialized, .timeLimit(.minutes(10)))
struct ServiceClientTests {
  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// A piece's end may cut a word in two.
  private static func expectPiece(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let said = try Speech.shared.saidInPiece
    let heard = words(text)
    #expect(heard.count - said.count <= 1, sourceLocation: sourceLocation)
    #expect(Array(heard.prefix(said.count)) == said, sourceLocation: sourceLocation)
  }

  private struct OpenAIAnswers: Decodable {
    struct Plain: Decodable {
      var text: String
      var type: String
      var seconds: Double
    }

    struct Verbose: Decodable {
      var text: String
      var type: String
      var language: String
      var duration: Double
      var words: [String]
      var segments: [JSONFile.Segment]
    }

    struct Stream: Decodable {
      var pieces: Int
      var joined: String
      var final: String
      var tokens: Int
    }

    struct Tokens: Decodable {
      var text: String
      var type: String
      var input: Int
    }

    struct Diarized: Decodable {
      var text: String
      var type: String
      var speakers: [String]
    }

    struct Refusal: Decodable {
      var kind: String
      var status: Int
      var code: String?
      var requestID: String?

      enum CodingKeys: String, CodingKey {
        case kind, status, code
        case requestID = "request_id"
      }
    }

    var json: Plain
    var verbose: Verbose
    var srt: String
    var vtt: String
    var text: String
    var stream: Stream
    var tokens: Tokens
    var strategy: String
    var diarized: Diarized
    var pair: String
    var wrongKey: Refusal?
    var wrongModel: Refusal?

    enum CodingKeys: String, CodingKey {
      case json, verbose, srt, vtt, text, stream, tokens, strategy, diarized, pair
      case wrongKey = "wrong_key"
      case wrongModel = "wrong_model"
    }
  }

  @Test
  func `OpenAI's client understands every form of answer`() async throws {
    try await Speech.shared.simulating { simulator in
      let answers: OpenAIAnswers = try await ServiceClient.run("openai_client.py", simulator)
      try Self.expectPiece(answers.json.text)
      #expect(answers.json.type == "Transcription")
      #expect(answers.json.seconds == 25)

      let verbose = answers.verbose
      try Self.expectPiece(verbose.text)
      #expect(verbose.type == "TranscriptionVerbose")
      #expect(verbose.language == "english")
      #expect(abs(verbose.duration - 25) < 0.1)
      #expect(verbose.words.count == Self.words(verbose.text).count)
      #expect(
        Self.words(verbose.segments.map(\.text).joined(separator: " ")) == Self.words(verbose.text))
      #expect(verbose.segments.allSatisfy { $0.start < $0.end })

      try Self.expectPiece(answers.text)
      #expect(answers.srt.hasPrefix("1\n00:00:0"))
      #expect(answers.vtt.hasPrefix("WEBVTT\n\n"))
      #expect(answers.stream.pieces > 3)
      try Self.expectPiece(answers.stream.final)
      #expect(answers.stream.joined == answers.stream.final)
      #expect(answers.stream.tokens > 0)
      try Self.expectPiece(answers.tokens.text)
      #expect(answers.tokens.type == "tokens")
      try Self.expectPiece(answers.strategy)
      try Self.expectPiece(answers.diarized.text)
      #expect(answers.diarized.type == "TranscriptionDiarized")
      #expect(Set(answers.diarized.speakers) == ["A"])
      try Self.expectPiece(answers.pair)
    }
  }

  @Test
  func `OpenAI's client raises its own errors for refusals`() async throws {
    try await Speech.shared.simulating { simulator in
      let answers: OpenAIAnswers = try await ServiceClient.run("openai_client.py", simulator)
      let key = try #require(answers.wrongKey)
      #expect(key.kind == "AuthenticationError")
      #expect(key.status == 401)
      #expect(key.code == "invalid_api_key")
      #expect(key.requestID?.isEmpty == false)
      let model = try #require(answers.wrongModel)
      #expect(model.kind == "NotFoundError")
      #expect(model.status == 404)
      #expect(model.code == "model_not_found")
    }
  }

  private struct CozeAnswers: Decodable {
    var text: String
    var logid: String
    var code: Int
    var refused: String
  }

  /// The verdict is in the body: the client has to find it there whatever the status.
  @Test(arguments: [false, true])
  func `Coze's client understands answers and refusals`(_ with200: Bool) async throws {
    try await Speech.shared.simulating(.coze) {
      $0.errorsWithStatus200 = with200
    } _: { simulator in
      let answers: CozeAnswers = try await ServiceClient.run("coze_client.py", simulator)
      try Self.expectPiece(answers.text)
      #expect(!answers.logid.isEmpty)
      #expect(answers.code == 4100)
      #expect(!answers.refused.isEmpty)
    }
  }

  private struct GLMAnswers: Decodable {
    struct Refusal: Decodable {
      var kind: String
      var status: Int
    }

    var text: String
    var stream: String
    var refused: Refusal
  }

  @Test
  func `GLM's client understands answers, streams and refusals`() async throws {
    try await Speech.shared.simulating(.glm) { simulator in
      let answers: GLMAnswers = try await ServiceClient.run("zai_client.py", simulator)
      try Self.expectPiece(answers.text)
      try Self.expectPiece(answers.stream)
      #expect(answers.refused.kind == "APIAuthenticationError")
      #expect(answers.refused.status == 401)
    }
  }
}
