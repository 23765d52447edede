/// What happens during a transcription, in order.
public enum TranscriptionEvent: Sendable {
  /// The recording was opened; `track` is the audio track in use.
  case opened(MediaDescription, track: Int)
  /// So many samples have been heard.
  case heard(samples: Int64)
  /// A chunk of the plan became final.
  case planned(Chunk)
  /// The recording has been heard to its end.
  case listened(DecodeReport)
  /// A chunk is being sent; `attempt` counts from 1.
  case started(Chunk, attempt: Int)
  /// A call failed and will be made again after so many seconds.
  case retrying(Chunk, RecognitionFailure, seconds: Double)
  /// A chunk was answered.
  case answered(Chunk, Recognition)
  /// A chunk was given up and will be a gap.
  case failed(Chunk, RecognitionFailure)
  /// Text that may still change, of the first chunk that is not final.
  case provisional(String)
  /// The next part of the transcript, for good.
  case final(TranscriptPart)
  /// The whole transcript; the last event.
  case finished(Transcript, JobRecord)
}

/// A running transcription: its events, in order, ending with `.finished` or an error.
///
/// It starts when it is iterated and is cancelled when the iterator goes away or its task is cancelled. Each iteration is a run of its
/// own, with calls of its own.
public struct Transcription: AsyncSequence, Sendable {
  public typealias Element = TranscriptionEvent
  public typealias Failure = TranscriptionError

  private let run: @Sendable (@escaping Reporter) async throws(TranscriptionError) -> Void

  init(_ run: @escaping @Sendable (@escaping Reporter) async throws(TranscriptionError) -> Void) {
    self.run = run
  }

  /// Starts a run.
  public func makeAsyncIterator() -> Iterator {
    let run = run
    let stream = AsyncStream<Result<TranscriptionEvent, TranscriptionError>> { continuation in
      let task = Task {
        do throws(TranscriptionError) {
          try await run { continuation.yield(.success($0)) }
        } catch {
          continuation.yield(.failure(error))
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
    return Iterator(base: stream.makeAsyncIterator())
  }

  /// Iterates over the events.
  public struct Iterator: AsyncIteratorProtocol {
    var base: AsyncStream<Result<TranscriptionEvent, TranscriptionError>>.Iterator

    /// The next event; `nil` at the end or when the task is cancelled.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(TranscriptionError) -> TranscriptionEvent? {
      guard let result = await base.next(isolation: actor) else {
        if Task.isCancelled { throw .cancelled }
        return nil
      }
      return try result.get()
    }
  }
}

/// Takes events, on any thread.
typealias Reporter = @Sendable (TranscriptionEvent) -> Void
