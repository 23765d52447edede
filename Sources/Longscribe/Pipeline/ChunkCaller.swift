import LongscribeJournal
import LongscribeMedia
import LongscribeThreads

/// What came of the attempt to get a chunk's answer.
struct CallReport: Sendable {
  var result: Result<Recognition, RecognitionFailure>
  /// The key under which the answer is kept; `nil` without a journal.
  var key: String?
  /// Whether the service was called: the answer may have been there already.
  var wasCalled = true
  /// Calls of runs that ended before they knew the answer, found on the way.
  var abandoned = 0
  /// Why the answer, which is here, could not be kept.
  var journalError: JournalError?

  init(_ result: Result<Recognition, RecognitionFailure>, wasCalled: Bool = true) {
    self.result = result
    self.wasCalled = wasCalled
  }
}

/// Renders a chunk and makes one call with it, unless its answer is there already.
struct ChunkCaller<R: Recognizer>: Sendable {
  let recognizer: R
  /// The shortest audio that it takes, in samples.
  let minimum: Int64
  let renderer: Renderer
  let lanes: ThreadLanes
  /// The journal's side of calls; `nil` without a journal.
  let ledger: CallLedger?
  /// What calls may cost; `nil` without a bound.
  let spending: Spending?

  /// What is to be sent.
  struct Call: Sendable {
    var chunk: Chunk
    var attempt: Int
    var format: AudioFormat
    /// The recording itself, where it goes out as it is.
    var original: AudioUpload?
  }

  func call(
    _ call: Call, onPartialText: @escaping @Sendable (String) -> Void
  ) async -> CallReport {
    do throws(RecognitionFailure) {
      guard let ledger else { return await pay(call, onPartialText) }
      let key = try await key(of: call, ledger)
      let samples = max(minimum, call.chunk.audio.length)
      var report: CallReport
      switch try await ledger.claim(call.chunk, key: key, samples: samples) {
      case .answered(let answer): report = CallReport(.success(answer), wasCalled: false)
      case .granted(let token, let abandoned):
        report = await pay(call, onPartialText)
        report.abandoned = abandoned
        // In the journal before it is used.
        report.journalError = await ledger.settle(token, key: key, report.result)
      }
      report.key = key
      return report
    } catch {
      return CallReport(.failure(error), wasCalled: false)
    }
  }

  /// The key of the answer: of the samples, or of the file's bytes where it goes out as it is.
  private func key(of call: Call, _ ledger: CallLedger) async throws(RecognitionFailure) -> String {
    let (renderer, minimum) = (renderer, minimum)
    return try await onLane { () throws(MediaError) in
      let digest = try renderer.digest(
        call.chunk.audio, original: call.original, minimum: minimum)
      return try CallLedger.key(digest: digest, format: call.format, ledger.fingerprint)
    }
  }

  /// Sends a chunk if the budget allows it.
  private func pay(
    _ call: Call, _ onPartialText: @escaping @Sendable (String) -> Void
  ) async -> CallReport {
    guard let spending else { return await send(call, onPartialText) }
    do throws(RecognitionFailure) {
      let reservation = try await spending.reserve(
        samples: max(minimum, call.chunk.audio.length))
      let report = await send(call, onPartialText)
      spending.settle(reservation, report.result)
      return report
    } catch {
      return CallReport(.failure(error), wasCalled: false)
    }
  }

  private func send(
    _ call: Call, _ onPartialText: @escaping @Sendable (String) -> Void
  ) async -> CallReport {
    let audio: AudioUpload
    do throws(RecognitionFailure) {
      if let original = call.original {
        audio = original
      } else {
        let (renderer, minimum) = (renderer, minimum)
        audio = try await onLane { () throws(MediaError) in
          try renderer.render(call.chunk.audio, as: call.format, minimum: minimum)
        }
      }
    } catch {
      return CallReport(.failure(error), wasCalled: false)
    }
    do throws(RecognitionFailure) {
      return CallReport(
        .success(
          try await recognizer.recognize(
            RecognitionRequest(
              chunk: call.chunk, attempt: call.attempt, audio: audio,
              onPartialText: onPartialText))))
    } catch {
      return CallReport(.failure(error))
    }
  }

  /// Runs work on the recording that blocks.
  private func onLane<T: Sendable>(
    _ work: @escaping @Sendable () throws(MediaError) -> T
  ) async throws(RecognitionFailure) -> T {
    switch await lanes.run({ Transcriber.result(work) }) {
    case .success(let value): return value
    case .failure(let error):
      throw RecognitionFailure(.audioUnavailable, message: error.description, retry: .never)
    }
  }
}
