import Longscribe
import Synchronization
import SyntheticLecture

/// A recogniser in this process that knows a recording's words, and takes less than it says.
final class StrictRecognizer: Recognizer {
  /// One call.
  struct Call: Sendable {
    var chunk: Chunk
    var format: AudioFormat
    var bytes: Int64
    var isRefused: Bool
  }

  let identity = RecognizerIdentity(provider: "strict", host: "strict.example")
  let limits: ServiceLimits
  let timeQuality = TimeQuality.words
  private let words: [(range: TimelineRange, text: String)]
  private let refusal: @Sendable (Call) -> RecognitionFailure?
  private let log = Mutex<[Call]>([])

  /// - Parameters:
  ///   - delay: Where in the recording the words' clock starts, in samples.
  ///   - refusal: Why a call is refused; `nil` to answer it.
  init(
    seconds: Int64, words: [SyntheticLecture.Word], delay: Int64 = 0,
    formats: [AudioFormat] = [.wav],
    refusal: @escaping @Sendable (Call) -> RecognitionFailure? = { _ in nil }
  ) {
    limits = ServiceLimits(
      maximumSamples: seconds * Timeline.sampleRate, marginSamples: Timeline.sampleRate,
      minimumSamples: 0, maximumBytes: 100_000_000, formats: formats, maximumInFlight: 3)
    self.words = words.map { (TimelineRange($0.start + delay, $0.end + delay), $0.text) }
    self.refusal = refusal
  }

  /// The calls so far.
  var calls: [Call] { log.withLock { $0 } }

  func recognize(_ request: RecognitionRequest) async throws(RecognitionFailure) -> Recognition {
    var call = Call(
      chunk: request.chunk, format: request.audio.format, bytes: request.audio.bytes.byteCount,
      isRefused: false)
    let failure = refusal(call)
    call.isRefused = failure != nil
    log.withLock { $0.append(call) }
    if let failure { throw failure }
    let audio = request.chunk.audio
    let heard = words.filter { audio.contains($0.range) }
    return Recognition(
      text: heard.map(\.text).joined(separator: " "),
      words: heard.map {
        Recognition.Word(
          range: TimelineRange($0.range.start - audio.start, $0.range.end - audio.start),
          text: $0.text)
      })
  }
}

extension RecognitionFailure {
  /// A refusal for length.
  static func tooLong(_ seconds: Int64? = nil) -> RecognitionFailure {
    RecognitionFailure(
      .tooLong, message: "the audio is too long", retry: .split,
      learnt: seconds.map { LearntLimit(maximumSamples: $0 * Timeline.sampleRate) })
  }
}
