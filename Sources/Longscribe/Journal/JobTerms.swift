private import Foundation
import LongscribeJournal
import LongscribeMedia

/// All that decides a job's plan and answers, besides the file: jobs with other terms are other jobs.
///
/// Limits that earlier recordings have taught are not among them: with those a job begins otherwise, but it is the same job.
struct JobTerms: Encodable {
  var version = 1
  /// Who is asked for what, as a digest: it may hold what a user takes for private.
  let recognizer: String
  let limits: ServiceLimits
  let wishes: PlanWishes
  let selection: AudioSelection
  let sendsSilence: Bool
  let keepsInventions: Bool
  let asksAgain: Bool
  let stopsAtDamage: Bool

  private init(
    _ recognizer: some Recognizer, wishes: PlanWishes, options: Transcriber.Options
  ) throws(MediaError) {
    self.recognizer = try Digest.of(recognizer.fingerprint)
    limits = recognizer.limits
    self.wishes = wishes
    selection = options.selection.aligned
    sendsSilence = options.sendsSilence
    keepsInventions = options.keepsInventions
    asksAgain = options.asksAgain
    stopsAtDamage = options.stopsAtDamage
  }

  /// The key of the job about a file; `nil` for a pipe, which comes only once.
  static func key(
    of file: MediaFile, _ recognizer: some Recognizer, wishes: PlanWishes,
    options: Transcriber.Options
  ) throws(MediaError) -> JobKey? {
    guard let identity = file.identity else { return nil }
    return JobKey(
      identity: identity,
      options: JSONText.line(try JobTerms(recognizer, wishes: wishes, options: options)),
      path: file.absolutePath, recognizer: recognizer.identity)
  }
}
