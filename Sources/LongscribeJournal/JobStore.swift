public import Foundation
public import LongscribeCore

/// Where job records and paid answers are kept.
///
/// # Note: Two keys
///
/// A *job* is one input with the options that decide its plan. Its record is found by the file's identity, which costs one look at the file;
/// so a job that is continued or written in another format needs no decoding to learn what is done.
///
/// An *answer* is found by what was sent: the samples, the format, and who was asked for what. It does not matter which job sent them:
/// a copy of the lecture in another folder, a plan that was made anew, and a second process that works on the same file find it. Decoded
/// samples may differ in the last bit between processors, so this key saves money; nothing is wrong where it finds nothing.
///
/// # Note: Fates of calls
///
/// A call is written down before it is made (`claim`) and again when its fate is known (`settle`), and its answer is kept before it is
/// used. Whoever finds a call that is being made by an owner who is gone knows that its fate is unknown: it may have been
/// charged. A token names each call; it only ever grows, and what is settled with the token of a call that was given up, or that the
/// store has lost, changes nothing but the answers, which are right whoever paid for them.
package protocol JobStore: Sendable {
  /// Sentences for the user about what was found so far: when it was opened, and since.
  var notes: [String] { get }

  /// Finds or makes a job, and takes its lease.
  func open(_ key: JobKey, isFresh: Bool) async throws(JournalError) -> OpenJob
  /// Keeps what a job has decided since the last time. Returns at once; what is kept is in order, and in time before a later claim.
  func keep(_ change: JobChange, of job: Int64)
  /// Waits until all is kept that was given to `keep` for a job.
  func flush(_ job: Int64) async throws(JournalError)
  /// What is known of the recording of a job. Takes no lease.
  func standing(of key: JobKey) async throws(JournalError) -> JobStanding
  /// What is kept of a job; `nil` if nothing is. Takes no lease.
  func record(of key: JobKey) async throws(JournalError) -> JobRecord?
  /// Gives the lease back.
  func close(_ job: Int64) async

  /// The token of the last call that was begun.
  func lastCall() async throws(JournalError) -> Int64
  /// The answer to a chunk, or the right to ask for it.
  func claim(_ claim: Claim) async throws(JournalError) -> ClaimResult
  /// Those of the keys that have an answer from after a call; `nil` for any.
  func answered(_ keys: Set<String>, since call: Int64?) async throws(JournalError) -> Set<String>
  /// What became of a call for this key. An answer is durable when this returns.
  func settle(_ token: Int64, key: String, _ fate: CallFate) async throws(JournalError)

  /// All jobs, the one that changed last first.
  func jobs() async throws(JournalError) -> [JobSummary]
  /// Removes jobs, with the answers that no other job has. Those that are being worked on stay.
  func remove(_ jobs: [Int64]) async throws(JournalError) -> RemovedJobs
  /// Removes jobs and answers that have not changed since a time.
  func prune(before: Date) async throws(JournalError) -> RemovedJobs
}

/// Which job.
package struct JobKey: Sendable, Hashable {
  /// Which file: one that is the same file with the same contents has the same text.
  package var identity: String
  /// All that decides the plan and the answers, but no secret.
  package var options: String
  /// Where the file was found, for people.
  package var path: String
  /// Who answers.
  package var recognizer: RecognizerIdentity

  package init(identity: String, options: String, path: String, recognizer: RecognizerIdentity) {
    self.identity = identity
    self.options = options
    self.path = path
    self.recognizer = recognizer
  }
}

/// What the journal knows of a recording.
public enum JobStanding: Sendable, Hashable {
  /// Nothing.
  case unknown
  /// The job that changed last is the one in question, and all of the recording is transcribed.
  case finished
  /// The job that changed last is another one, or is not finished.
  case other
}

/// A job that was opened.
package struct OpenJob: Sendable {
  /// Its number; `nil` while another process works on it: then its record is not ours to write.
  package var number: Int64?
  /// What is known of it; `nil` if it is new, or another process's.
  package var record: JobRecord?
  /// Under which key each answer of the record is kept.
  package var answerKeys: [Int: String] = [:]
  /// Where there is an older job about another file of the same path: the digest of what that file was, if it is known.
  package var previous: Previous?

  /// An older job about what was under the same path.
  package struct Previous: Sendable, Hashable {
    /// SHA-256 of the file's bytes; `nil` if they were not read to the end.
    package var digest: String?
  }
}

/// What a job has decided since the last time.
package struct JobChange: Sendable {
  /// The record without what follows.
  package var header: JobRecord
  /// Chunks that are new.
  package var chunks: [Chunk] = []
  /// What became of chunks.
  package var outcomes: [Int: KeptOutcome] = [:]
  /// New levels of the envelope, and the frame that the first of them is for.
  package var levels: (first: Int, values: [UInt8]) = (0, [])
  /// Whether all of the recording is transcribed.
  package var isFinished = false

  package init(header: JobRecord) {
    self.header = header
  }
}

/// What became of a chunk, as it is kept.
package enum KeptOutcome: Sendable, Hashable {
  /// The answer is kept under this key.
  case answered(String)
  case silent
  case replanned
}

/// A chunk that somebody wants to send.
package struct Claim: Sendable, Hashable {
  /// The key of its answer.
  package var key: String
  /// The job that it belongs to, if that is kept.
  package var job: Int64?
  /// Its index in the job.
  package var chunk: Int
  /// Audio that is sent, in samples.
  package var samples: Int64
  /// Calls with this key whose charge is unknown, or that were charged for nothing, after which none is made; `nil` for any number.
  package var mostUnknown: Int?
  /// The last call that was begun before answers count; `nil` if all of them do.
  package var freshSince: Int64?

  package init(
    key: String, job: Int64?, chunk: Int, samples: Int64, mostUnknown: Int?,
    freshSince: Int64? = nil
  ) {
    self.key = key
    self.job = job
    self.chunk = chunk
    self.samples = samples
    self.mostUnknown = mostUnknown
    self.freshSince = freshSince
  }
}

/// What a claim gives.
package enum ClaimResult: Sendable, Hashable {
  /// There is an answer already.
  case answered(Recognition)
  /// The call may be made and has to be settled; `abandoned` calls of processes that are gone were found, and are counted as of unknown fate.
  case granted(token: Int64, abandoned: Int)
  /// Somebody else is making the call.
  case taken
  /// So many calls have an unknown fate that no further one is made.
  case refused(unknown: Int)
}

/// How a call ended.
package enum CallFate: Sendable, Hashable {
  /// With an answer.
  case answered(Recognition)
  /// Without one, and nothing was charged.
  case refused
  /// Without one, although it was charged.
  case charged
  /// Nobody knows.
  case unknown
}

/// A job as a list shows it.
public struct JobSummary: Sendable, Hashable, Identifiable {
  /// Its number.
  public var id: Int64
  /// Where the recording was found.
  public var path: String
  /// Who answers.
  public var recognizer: RecognizerIdentity
  /// When it began.
  public var created: Date
  /// When something last became known.
  public var updated: Date
  /// Whether a process works on it now.
  public var isRunning: Bool
  /// Whether all of it is transcribed.
  public var isFinished: Bool
  /// Chunks that have an answer.
  public var answered: Int
  /// Chunks that are planned so far and hold speech; of a finished job those that have an answer.
  public var chunks: Int
  /// The recording's length in samples, once it has been heard to its end.
  public var length: Int64?
  /// Calls made, as far as they were counted: of the last ones of a run that was killed only those that may have been charged.
  public var calls = 0
  /// Audio in calls that were charged, or may have been, in samples.
  public var billedSamples: Int64 = 0
  /// Calls that may have been charged although there is no answer.
  public var callsOfUnknownFate = 0
}

/// What was removed.
public struct RemovedJobs: Sendable, Hashable {
  /// Jobs that are gone.
  public var jobs = 0
  /// Answers that are gone with them.
  public var answers = 0
  /// Jobs that a process works on, and that are still there.
  public var running = 0
}
