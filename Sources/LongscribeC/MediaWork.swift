import Longscribe
import LongscribeInterchange

/// The work of `longscribe_transcribe`.
struct TranscribeWork: Sendable {
  let request: TranscribeRequest
  let session: Session

  /// Transcribes, and tells of it as the command line does of a run with one recording.
  func run(_ tell: @Sendable (EventLine) -> Void) async -> Answer {
    let file = request.media.input
    do throws(CallFailure) {
      let answer = try await transcribe(tell)
      tell(EventLine(summaryOf: 1, delivered: 1, exitCode: answer.status))
      return answer
    } catch {
      let answer = Answer(error, key: session.key)
      if error.status != .interrupted {
        let message = session.key?.redacted(from: error.message) ?? error.message
        tell(EventLine(failed: file, message: message, exitCode: error.status))
      }
      tell(EventLine(summaryOf: 1, delivered: 0, exitCode: error.status))
      return answer
    }
  }

  private func transcribe(
    _ tell: @Sendable (EventLine) -> Void
  ) async throws(CallFailure) -> Answer {
    let transcriber = session.transcriber { request.apply(to: &$0) }
    let recognizer: any Recognizer
    do throws(ProviderError) {
      try session.provider.check(transcriber.options)
      recognizer = try session.recognizer()
    } catch {
      throw CallFailure(error)
    }
    var log = EventLog(file: request.media.input)
    var events = transcriber.transcribe(request.media.input, with: recognizer).makeAsyncIterator()
    while true {
      let event: TranscriptionEvent?
      do throws(TranscriptionError) {
        event = try await events.next(isolation: nil)
      } catch {
        throw CallFailure(error)
      }
      guard let event else { throw CallFailure(.unexpected, "ended without a transcript") }
      for line in log.lines(for: event) { tell(line) }
      if case .replanned(let replanning) = event { session.learn(replanning.limits) }
      if case .finished(let transcript, let record) = event {
        return Answer(transcript, formats: request.formats, envelope: record.envelope)
      }
    }
  }
}

/// The work of `longscribe_plan`.
struct PlanWork: Sendable {
  let request: MediaRequest
  let session: Session

  /// Plans, and sends nothing.
  func run() async -> Answer {
    do throws(CallFailure) {
      return try await plan()
    } catch {
      return Answer(error, key: session.key)
    }
  }

  private func plan() async throws(CallFailure) -> Answer {
    let transcriber = session.transcriber { request.apply(to: &$0) }
    let facts: Provider.Facts
    do throws(ProviderError) {
      try session.provider.check(transcriber.options)
      facts = try session.provider.facts
    } catch {
      throw CallFailure(error)
    }
    do throws(TranscriptionError) {
      let (record, report) = try await transcriber.plan(
        request.input, for: transcriber.options.limits ?? facts.limits, quality: facts.quality,
        recognizer: facts.identity)
      return Answer(
        plan: record, rate: session.provider.rate.known, warnings: report.warnings)
    } catch {
      throw CallFailure(error)
    }
  }
}

/// The work of `longscribe_probe`.
struct ProbeWork: Sendable {
  let request: ProbeRequest
  let session: Session

  /// Probes.
  func run() async -> Answer {
    do throws(MediaError) {
      let description = try await session.transcriber { _ in }
        .probe(request.input, exact: request.exact)
      guard !description.tracks.isEmpty else {
        throw MediaError(.noAudio, file: description.file)
      }
      return Answer(
        probe: ProbeDocument(description, ServiceNeeds.all(description, session.profiles)))
    } catch {
      return Answer(CallFailure(.media(error)), key: session.key)
    }
  }
}
