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

  private func open(_ path: String) async throws(MediaError) -> MediaFile {
    try await ThreadLanes(name: "longscribe open", most: 1).run {
      Self.result { () throws(MediaError) in try MediaFile(path: path) }
    }.get()
  }
}
