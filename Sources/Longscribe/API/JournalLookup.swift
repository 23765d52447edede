private import LongscribeJournal
private import LongscribeMedia
private import LongscribeThreads

extension Transcriber {
  /// Whether the journal has the same transcription, finished: the same recording, recogniser and options. Reads no audio, and calls nobody.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - recognizer: Who would answer.
  /// - Returns: `.unknown` also where there is no journal, or the recording cannot be opened; `.other` where the journal cannot be read, because
  ///   nobody knows then whether all of it is there.
  public func standing(of path: String, with recognizer: some Recognizer) async -> JobStanding {
    guard let store = journal?.store, let file = try? await open(path),
      let job = try? Job(
        limits: options.limits ?? recognizer.limits, quality: recognizer.timeQuality,
        options: options),
      let key = try? JobTerms.key(of: file, recognizer, wishes: job.wishes, options: options)
    else { return .unknown }
    return (try? await store.standing(of: key)) ?? .other
  }

  /// The plan that a run would follow, and which of its answers the journal has.
  func planned(
    _ path: String, by recognizer: some Recognizer,
    report: @escaping @Sendable (Hearing.Update) -> Void
  ) async throws(TranscriptionError) -> PlannedMedia {
    func hear(_ options: Options) async throws(TranscriptionError) -> Hearing {
      try await Hearing.hear(
        path, for: options.limits ?? recognizer.limits, quality: recognizer.timeQuality,
        recognizer: recognizer.identity, options: options, report: report)
    }
    var heard = try await hear(options)
    guard let store = journal?.store, !options.isFresh else {
      return PlannedMedia(record: heard.record, report: heard.report)
    }
    let known = try await known(heard, recognizer, in: store)
    if let known, known.length != nil {
      // A run goes on with this very plan.
      let answered = known.plan.filter { known.outcomes[$0.index]?.isAnswered ?? false }
      return PlannedMedia(
        record: known, report: heard.report, answered: Set(answered.map(\.index)))
    }
    // What refusals have taught an earlier run holds for the rest of the recording.
    if let known, known.epochs.count > 1, let limits = known.epochs.last?.limits {
      var options = options
      options.limits = limits
      heard = try await hear(options)
    }
    let answered = try await answered(heard, recognizer, in: store, since: known?.answersSince)
    return PlannedMedia(record: heard.record, report: heard.report, answered: answered)
  }

  /// What the journal has of the job about a recording.
  private func known(
    _ heard: Hearing, _ recognizer: some Recognizer, in store: any JobStore
  ) async throws(TranscriptionError) -> JobRecord? {
    let key: JobKey?
    do throws(MediaError) {
      key = try JobTerms.key(
        of: heard.file, recognizer, wishes: heard.job.wishes, options: options)
    } catch {
      throw TranscriptionError(error)
    }
    guard let key else { return nil }
    do throws(JournalError) {
      return try await store.record(of: key)
    } catch {
      throw .journal(error)
    }
  }

  /// The chunks of a plan, by index, whose answers the journal has, whichever job they are from.
  ///
  /// - Parameter call: The last call whose answer does not count; `nil` if all do.
  private func answered(
    _ heard: Hearing, _ recognizer: some Recognizer, in store: any JobStore, since call: Int64?
  ) async throws(TranscriptionError) -> Set<Int> {
    let (fingerprint, minimum) = (recognizer.fingerprint, heard.job.limits.minimumSamples)
    let flag = options.makeFlag()
    let digesting = await withTaskCancellationHandler {
      await ThreadLanes(name: "longscribe digest", most: 1).run {
        Self.result { () throws(MediaError) in
          var keys: [Int: String] = [:]
          for chunk in heard.record.sentPlan {
            try flag.check(heard.file.displayName)
            guard let format = heard.record.epoch(of: chunk.index)?.format else { continue }
            let digest = try heard.renderer.digest(
              chunk.audio, original: heard.original, minimum: minimum)
            keys[chunk.index] = try CallLedger.key(digest: digest, format: format, fingerprint)
          }
          return keys
        }
      }
    } onCancel: {
      flag.raise()
    }
    let keys: [Int: String]
    switch digesting {
    case .success(let found): keys = found
    case .failure(let error): throw TranscriptionError(error)
    }
    do throws(JournalError) {
      let found = try await store.answered(Set(keys.values), since: call)
      return Set(keys.filter { found.contains($0.value) }.keys)
    } catch {
      throw .journal(error)
    }
  }

  private func open(_ path: String) async throws(MediaError) -> MediaFile {
    try await ThreadLanes(name: "longscribe open", most: 1).run {
      Self.result { () throws(MediaError) in try MediaFile(path: path) }
    }.get()
  }
}
