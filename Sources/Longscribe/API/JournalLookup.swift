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
      let terms = try? JobTerms(recognizer, wishes: job.wishes, options: options),
      let key = terms.key(file, recognizer.identity)
    else { return .unknown }
    return (try? await store.standing(of: key)) ?? .other
  }

  /// The chunks of a plan, by index, whose answers the journal has and a run would take.
  func answered(
    _ heard: Hearing, by recognizer: some Recognizer
  ) async throws(TranscriptionError) -> Set<Int> {
    guard let store = journal?.store, !options.isFresh else { return [] }
    let (fingerprint, minimum) = (recognizer.fingerprint, recognizer.limits.minimumSamples)
    let digesting: Result<[Int: String], MediaError>
    digesting = await ThreadLanes(name: "longscribe digest", most: 1).run {
      Self.result { () throws(MediaError) in
        var keys: [Int: String] = [:]
        for chunk in heard.record.sentPlan {
          guard let format = heard.record.epoch(of: chunk.index)?.format else { continue }
          let digest = try heard.renderer.digest(
            chunk.audio, original: heard.original, minimum: minimum)
          keys[chunk.index] = try CallLedger.key(digest: digest, format: format, fingerprint)
        }
        return keys
      }
    }
    let (keys, job): ([Int: String], JobKey?)
    do throws(MediaError) {
      keys = try digesting.get()
      job = try JobTerms(recognizer, wishes: heard.job.wishes, options: options)
        .key(heard.file, recognizer.identity)
    } catch {
      throw TranscriptionError(error)
    }
    do throws(JournalError) {
      let found = try await store.answered(Set(keys.values), for: job)
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
