import Foundation
import Longscribe
import LongscribeInterchange

/// The work of `longscribe_stitch`: a plan and answers in, a transcript out, without files.
struct StitchWork {
  /// An answer that is none.
  private struct Unreadable: Encodable {
    let chunk: Int
    let message: String
  }

  private let plan: PlanDocument
  private let formats: [TranscriptFormat]
  private let keepsInventions: Bool
  private var answers: [Int: Recognition] = [:]
  private var failures: [Int: RecognitionFailure] = [:]

  init(_ text: UnsafePointer<CChar>?) throws(CallFailure) {
    var given: (plan: Data, formats: [TranscriptFormat], keeps: Bool, answers: ConfigReader?)
    given = try RequestText.read(text) { reader throws(ConfigError) in
      guard let plan = try reader.document("plan") else {
        throw ConfigError(message: "'plan' is missing")
      }
      return (
        plan, try reader.choices("formats") ?? [], try reader.flag("keep_inventions") ?? false,
        try reader.object("answers")
      )
    }
    do throws(PlanDocumentError) {
      plan = try PlanDocument(json: given.plan)
    } catch {
      throw CallFailure(.media, "'plan' is no plan: \(error.description)")
    }
    formats = given.formats
    keepsInventions = given.keeps
    guard let answers = given.answers else { return }
    do throws(ConfigError) {
      try read(answers)
      try answers.finish()
    } catch {
      throw CallFailure(error)
    }
  }

  private mutating func read(_ given: ConfigReader) throws(ConfigError) {
    let profile = ServiceProfile.all.first { $0.name == plan.recognizer.provider }
    for file in plan.chunks {
      let index = file.chunk.index
      for name in [String(index), file.name, file.stem] {
        guard answers[index] == nil, let body = try given.document(name) else { continue }
        do throws(RecognitionFailure) {
          answers[index] = try Recognition(
            answer: body, mayBeText: given.isText(name), of: profile, model: plan.recognizer.model)
          answers[index]?.raw = Data()
          failures[index] = nil
        } catch {
          failures[index] = error
        }
      }
    }
  }

  /// The transcript.
  func run() -> Answer {
    if answers.isEmpty, plan.calls > 0 {
      return Answer(
        failures.isEmpty
          ? CallFailure(.noInput, "there are no answers")
          : CallFailure(
            .media,
            "there is no answer that can be read: "
              + failures.sorted { $0.key < $1.key }[0].value.description))
    }
    var record = plan.record(answers: answers, failures: failures)
    record.keepsInventions = record.keepsInventions || keepsInventions
    let missing = plan.chunks.filter { !$0.isSilent && answers[$0.chunk.index] == nil }
      .map(\.chunk.index)
    let unreadable = failures.sorted { $0.key < $1.key }.map {
      Unreadable(chunk: $0.key, message: $0.value.description)
    }
    return Answer(
      record.transcript(), formats: formats, envelope: record.envelope, isWhole: missing.isEmpty,
      more: [
        ("unreadable", JSONText.line(unreadable)),
        ("missing", JSONText.line(missing.filter { failures[$0] == nil })),
      ])
  }
}
