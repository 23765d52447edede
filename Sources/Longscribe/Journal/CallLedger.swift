import LongscribeJournal
import LongscribeMedia

/// The journal's side of a recording's calls: what has an answer is not asked for again, and what is asked for is written down first.
struct CallLedger: Sendable {
  private let store: any JobStore
  private let job: Int64?
  /// What decides the answers besides the audio.
  let fingerprint: String
  private let mostUnknown: Int?
  private let freshSince: Int64?
  private let stop: StopRequest?

  /// Version of what a key is made of: a chunk that is rendered otherwise is another one.
  private static let version = 1
  /// Waits between looks at a call that somebody else makes, in seconds: the first, and the longest.
  private static let waits = (first: 0.05, longest: 0.5)

  /// - Parameters:
  ///   - job: The job's number, if it is kept.
  ///   - fingerprint: What decides the answers besides the audio.
  ///   - freshSince: The last call whose answer does not count; `nil` if all do.
  ///   - stop: Whoever waits for another's call when it is made begins none of its own.
  init(
    store: any JobStore, job: Int64?, fingerprint: String, freshSince: Int64?,
    options: Transcriber.Options, stop: StopRequest?
  ) {
    self.store = store
    self.job = job
    self.fingerprint = fingerprint
    self.stop = stop
    self.freshSince = freshSince
    mostUnknown =
      switch options.unknownCalls {
      case .onceMore: options.retry.maximumAmbiguousFailures
      case .again: nil
      case .never: 0
      }
  }

  /// The key of an answer: what is sent, in which format, and who is asked for what.
  static func key(
    digest: String, format: AudioFormat, _ fingerprint: String
  ) throws(MediaError) -> String {
    try Digest.of("longscribe \(version)\n\(digest)\n\(format.rawValue)\n\(fingerprint)")
  }

  /// What a claim leads to once nobody else is at it.
  enum Right {
    /// There is an answer already.
    case answered(Recognition)
    /// The call may be made.
    case granted(token: Int64, abandoned: Int)
  }

  /// The answer to a chunk or the right to ask for it; waits while somebody else asks.
  func claim(
    _ chunk: Chunk, key: String, samples: Int64
  ) async throws(RecognitionFailure) -> Right {
    let claim = Claim(
      key: key, job: job, chunk: chunk.index, samples: samples, mostUnknown: mostUnknown,
      freshSince: freshSince)
    var wait = Self.waits.first
    while true {
      let result: ClaimResult
      do throws(JournalError) {
        result = try await store.claim(claim)
      } catch {
        throw RecognitionFailure(error)
      }
      switch result {
      case .answered(let answer): return .answered(answer)
      case .granted(let token, let abandoned): return .granted(token: token, abandoned: abandoned)
      case .refused(let unknown): throw .unknownFate(of: unknown)
      case .taken:
        if stop?.isMade ?? false { throw .interrupted }
        guard (try? await Task.sleep(for: .seconds(wait))) != nil else { throw .cancelled }
        wait = min(Self.waits.longest, wait * 2)
      }
    }
  }

  /// Writes down how a call ended. An answer is durable when this returns `nil`.
  func settle(
    _ token: Int64, key: String, _ result: Result<Recognition, RecognitionFailure>
  ) async -> JournalError? {
    let fate: CallFate =
      switch result {
      case .success(let answer): .answered(answer)
      case .failure(let failure):
        switch failure.charge {
        case .none: .refused
        case .unknown: .unknown
        case .certain: .charged
        }
      }
    do throws(JournalError) {
      try await store.settle(token, key: key, fate)
      return nil
    } catch {
      return error
    }
  }
}

extension RecognitionFailure {
  /// What a journal that cannot be used means for a call: none is made that could be paid for twice later.
  init(_ error: JournalError) {
    self.init(
      .journalUnavailable, message: error.description, retry: .never, affectsAllChunks: true,
      hint: "nothing more is sent, because it could not be kept; --no-journal does without")
  }

  /// So many calls may have been charged without an answer.
  static func unknownFate(of calls: Int) -> RecognitionFailure {
    RecognitionFailure(
      .unknownFate,
      message: calls == 1
        ? "a call for it may have been charged, but its answer never came"
        : "\(calls) calls for it may have been charged, but their answers never came",
      retry: .never, hint: "--on-unknown retry sends it again")
  }

  /// The caller cancelled before anything was sent.
  static let cancelled = RecognitionFailure(.cancelled, message: "cancelled", retry: .never)

  /// The caller asked to stop.
  static let interrupted = RecognitionFailure(
    .interrupted, message: "stopped before it was transcribed", retry: .never,
    affectsAllChunks: true)
}
