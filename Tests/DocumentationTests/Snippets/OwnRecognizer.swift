import Foundation
import Longscribe

// snippet: recognizer
struct LocalServer: Recognizer {
  let ask: @Sendable (Data) async throws -> String

  var identity: RecognizerIdentity { RecognizerIdentity(provider: "local", model: "tiny") }

  var limits: ServiceLimits {
    ServiceLimits(
      maximumSamples: 30 * Timeline.sampleRate, marginSamples: Timeline.sampleRate,
      minimumSamples: Timeline.sampleRate / 2, maximumBytes: 10_000_000, formats: [.wav],
      maximumInFlight: 2)
  }

  var timeQuality: TimeQuality { .estimated }

  func recognize(
    _ request: RecognitionRequest
  ) async throws(RecognitionFailure) -> Recognition {
    var audio = Data(count: Int(request.audio.bytes.byteCount))
    do {
      _ = try audio.withUnsafeMutableBytes { try request.audio.bytes.readAll(into: $0) }
    } catch {
      throw RecognitionFailure(.audioUnavailable, message: "\(error)", retry: .never)
    }
    do {
      return Recognition(text: try await ask(audio))
    } catch is CancellationError {
      throw RecognitionFailure(.cancelled, message: "cancelled", retry: .never)
    } catch {
      throw RecognitionFailure(
        .unreachable, message: "\(error)", retry: .now, charge: .none)
    }
  }
}
// end

func timed(_ words: [(text: String, start: Double, end: Double)]) -> Recognition {
  // snippet: words
  let recognition = Recognition(
    text: words.map(\.text).joined(separator: " "),
    words: words.map { word in
      Recognition.Word(
        range: TimelineRange(Timeline.samples(word.start), Timeline.samples(word.end)),
        text: word.text)
    })
  // end
  return recognition
}

func tooLong() -> RecognitionFailure {
  // snippet: learnt
  let failure = RecognitionFailure(
    .tooLong, message: "at most 20 s", retry: .split,
    learnt: .init(maximumSamples: 20 * Timeline.sampleRate))
  // end
  return failure
}
