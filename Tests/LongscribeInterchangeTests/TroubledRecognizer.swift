import Longscribe
import Synchronization

/// A recogniser with which everything happens once that can happen in a run: a chunk that is too long, one that fails and works later, one
/// that fails for good.
final class TroubledRecognizer: Recognizer {
  private struct State {
    var isRefused = false
    var isInterrupted = false
    var lost: Int?
  }

  private let state = Mutex(State())

  let identity = RecognizerIdentity(provider: "troubled")
  let timeQuality = TimeQuality.estimated
  let limits = ServiceLimits(
    maximumSamples: 60 * Timeline.sampleRate, marginSamples: 0,
    minimumSamples: Timeline.sampleRate, maximumBytes: 25_000_000, formats: [.wav],
    maximumInFlight: 1)

  func recognize(
    _ request: RecognitionRequest
  ) async throws(RecognitionFailure) -> Recognition {
    try state.withLock { state throws(RecognitionFailure) in
      if !state.isRefused {
        state.isRefused = true
        throw RecognitionFailure(
          .tooLong, message: "at most 30 s", retry: .split, status: 400,
          learnt: .init(maximumSamples: 30 * Timeline.sampleRate))
      }
      if !state.isInterrupted {
        state.isInterrupted = true
        throw RecognitionFailure(.overloaded, message: "busy", retry: .now, status: 503)
      }
      if request.chunk.owned.start > 60 * Timeline.sampleRate,
        state.lost ?? request.chunk.index == request.chunk.index
      {
        state.lost = request.chunk.index
        throw RecognitionFailure(.contentBlocked, message: "refused", retry: .never)
      }
    }
    request.onPartialText?("these are")
    return Recognition(text: "these are some words that somebody said in this piece of it")
  }
}
