import LongscribeJournal
import LongscribeMedia

/// What a run begins with: a record, new or of an earlier run, and the journal's part in it.
struct JobSession: Sendable {
  /// The record that the run goes on with.
  var record: JobRecord
  /// Where planning goes on.
  var planner: Planner
  /// Whether an earlier run has begun it.
  var isResumed = false
  /// What the journal knows of an older file under the same path.
  var previous: OpenJob.Previous?
  /// Keeps the record; `nil` where there is no journal, or another process keeps it.
  var keeper: JobKeeper?
  /// The journal's side of calls; `nil` without a journal.
  var ledger: CallLedger?

  private init(record: JobRecord, planner: Planner) {
    self.record = record
    self.planner = planner
  }

  /// Finds the job in the journal, or begins one.
  static func open(
    _ file: MediaFile, _ job: Job, _ recognizer: some Recognizer, options: Transcriber.Options,
    journal: Journal?, stop: StopRequest?
  ) async throws(TranscriptionError) -> JobSession {
    let selection = options.selection.aligned
    var record = job.record(
      source: file.source(track: 0, selection: selection), recognizer: recognizer.identity)
    record.keepsInventions = options.keepsInventions
    record.asksAgain = options.asksAgain
    var session = JobSession(
      record: record, planner: Planner(rules: job.rules, start: selection.start))
    guard let store = journal?.store else { return session }
    let key: JobKey?
    do throws(MediaError) {
      key = try JobTerms.key(of: file, recognizer, wishes: job.wishes, options: options)
    } catch {
      throw .media(error)
    }
    var number: Int64?
    if let key {
      do throws(JournalError) {
        let found = try await store.open(key, isFresh: options.isFresh)
        number = found.number
        session.previous = found.previous
        if let record = found.record {
          session.isResumed = true
          session.record = record
          session.record.freshSince = record.answersSince
          if let state = record.planner,
            let planner = Planner(state, envelope: record.envelope)
          {
            session.planner = planner
          }
        }
        session.keeper = found.number.map {
          JobKeeper(store: store, job: $0, record: found.record, answerKeys: found.answerKeys)
        }
      } catch {
        throw .journal(error)
      }
    }
    do throws(JournalError) {
      // A job that was begun afresh goes on so, whoever goes on with it.
      if options.isFresh { session.record.freshSince = try await store.lastCall() }
      session.ledger = CallLedger(
        store: store, job: number, fingerprint: recognizer.fingerprint,
        freshSince: session.record.freshSince, options: options, stop: stop)
    } catch {
      if let number { await store.close(number) }
      throw .journal(error)
    }
    return session
  }
}
