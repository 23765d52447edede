/// Work that is going on: its events, in order, ending with its result or an error.
///
/// It starts when it is iterated and is cancelled when the iterator goes away or its task is cancelled. A cancelled task gets its
/// error when the work has ended: no file is half written then, and none is left. Each iteration is a run of its own, with calls of
/// its own.
public struct EventSequence<Event: Sendable>: AsyncSequence, Sendable {
  /// What happens.
  public typealias Element = Event
  /// Why it ends early.
  public typealias Failure = TranscriptionError

  /// Takes events, on any thread.
  typealias Reporter = @Sendable (Event) -> Void

  private let run: @Sendable (@escaping Reporter) async throws(TranscriptionError) -> Void

  init(_ run: @escaping @Sendable (@escaping Reporter) async throws(TranscriptionError) -> Void) {
    self.run = run
  }

  /// Starts a run.
  public func makeAsyncIterator() -> Iterator {
    let run = run
    let (stream, continuation) = AsyncStream.makeStream(
      of: Result<Event, TranscriptionError>.self)
    let task = Task {
      do throws(TranscriptionError) {
        try await run { continuation.yield(.success($0)) }
      } catch {
        continuation.yield(.failure(error))
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return Iterator(base: stream.makeAsyncIterator(), work: task)
  }

  /// Iterates over the events.
  public struct Iterator: AsyncIteratorProtocol {
    var base: AsyncStream<Result<Event, TranscriptionError>>.Iterator
    let work: Task<Void, Never>

    /// The next event; `nil` at the end.
    ///
    /// - Throws: `.cancelled` when the task is cancelled.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(TranscriptionError) -> Event? {
      guard let result = await base.next(isolation: actor) else {
        guard Task.isCancelled else { return nil }
        await work.value
        throw .cancelled
      }
      return try result.get()
    }
  }
}
