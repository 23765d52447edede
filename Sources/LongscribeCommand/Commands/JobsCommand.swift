import Foundation
import Longscribe
import LongscribeInterchange

/// `longscribe jobs`: what the journal holds, and taking things out of it.
struct JobsCommand {
  private enum Action {
    case list(asJSON: Bool)
    case remove([Int64])
    case removeAll
    case prune(days: Double)
  }

  private let action: Action
  private let console: Console
  private let surroundings: Surroundings

  init(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) throws(UsageError) {
    self.console = console
    self.surroundings = surroundings
    action = try Self.action(arguments)
  }

  private static func action(_ arguments: ParsedArguments) throws(UsageError) -> Action {
    let words = arguments.positionals
    let verbs = ["list", "rm", "prune"]
    let verb = words.first ?? "list"
    guard verbs.contains(verb) else {
      throw UsageError(
        "Unknown action '\(verb)'; there are list, rm and prune"
          + Spelling.suggestion(for: verb, in: verbs))
    }
    let rest = words.dropFirst()
    for (option, owner) in [("--older-than", "prune"), ("--all", "rm"), ("--json", "list")]
    where owner != verb && (arguments.value(option) != nil || arguments.flag(option)) {
      throw UsageError("'\(option)' goes with 'jobs \(owner)'")
    }
    switch verb {
    case "rm":
      if arguments.flag("--all") {
        guard rest.isEmpty else { throw UsageError("'--all' and numbers exclude each other") }
        return .removeAll
      }
      guard !rest.isEmpty else {
        throw UsageError("'jobs rm' needs numbers of jobs, or --all; 'longscribe jobs' shows them")
      }
      var numbers: [Int64] = []
      for word in rest {
        guard let number = Int64(word), number > 0 else {
          throw UsageError("'\(word)' is no job's number; 'longscribe jobs' shows them")
        }
        numbers.append(number)
      }
      return .remove(numbers)
    case "prune":
      if let word = rest.first { throw UsageError("Unexpected argument '\(word)'") }
      guard let text = arguments.value("--older-than") else {
        throw UsageError("'jobs prune' needs --older-than, such as --older-than 30d")
      }
      return .prune(days: try days(text))
    default:
      if let word = rest.first { throw UsageError("Unexpected argument '\(word)'") }
      return .list(asJSON: arguments.flag("--json"))
    }
  }

  /// Days by the letter of their unit.
  private static let units: [Character: Double] = ["h": 1.0 / 24, "d": 1, "w": 7]

  private static func days(_ text: String) throws(UsageError) -> Double {
    let unit = text.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text : String(text.dropLast())), number >= 0,
      number * (unit ?? 1) <= 36_500
    else {
      throw UsageError(
        "The value '\(text)' is invalid for '--older-than': it takes hours, days or weeks, such as 12h, 30d or 8w"
      )
    }
    return number * (unit ?? 1)
  }

  func run() async throws(CommandFailure) -> ExitCode {
    // Looking makes no journal.
    guard JournalChoice.isThere(surroundings) else {
      if case .list(let asJSON) = action {
        try console.output(asJSON ? "[]\n" : "")
        if !asJSON { console.note("There are no jobs.") }
        return .success
      }
      console.note("There are no jobs.")
      return .success
    }
    let journal = try JournalChoice.open(surroundings)
    for note in journal.notes { console.note("Warning: \(note)") }
    let jobs: [JobSummary]
    do throws(JournalError) {
      if let code = try await remove(from: journal) { return code }
      jobs = try await journal.jobs()
    } catch {
      throw CommandFailure(code: ExitCode.of(error), message: error.description)
    }
    guard case .list(let asJSON) = action else { return .success }
    if jobs.isEmpty, !asJSON { console.note("There are no jobs.") }
    try console.output(
      asJSON ? JSONText.write(jobs.map(JobLine.init)) : jobs.isEmpty ? "" : JobTable.text(jobs))
    return .success
  }

  /// Removes what is to be removed; `nil` if nothing is.
  private func remove(from journal: Journal) async throws(JournalError) -> ExitCode? {
    switch action {
    case .list: return nil
    case .remove(let numbers):
      let known = Set(try await journal.jobs().map(\.id))
      for number in numbers where !known.contains(number) {
        console.error("Error: there is no job \(number)")
      }
      let removed = try await journal.remove(numbers)
      tell(removed)
      return numbers.allSatisfy(known.contains) && removed.running == 0
        ? .success : removed.jobs == 0 ? .noInput : .partial
    case .removeAll:
      // With answers that belong to no job, and journals that were set aside.
      let removed = try await journal.prune(before: .distantFuture)
      tell(removed)
      return removed.running == 0 ? .success : .partial
    case .prune(let days):
      tell(try await journal.prune(before: Date(timeIntervalSinceNow: -days * 86_400)))
      return .success
    }
  }

  private func tell(_ removed: RemovedJobs) {
    let answers = removed.answers == 1 ? "1 answer" : "\(removed.answers) answers"
    console.note("Removed \(removed.jobs == 1 ? "1 job" : "\(removed.jobs) jobs") and \(answers).")
    if removed.running > 0 {
      console.note(
        removed.running == 1
          ? "1 job is being worked on and stays."
          : "\(removed.running) jobs are being worked on and stay."
      )
    }
  }
}

/// A job as JSON.
private struct JobLine: Encodable {
  let job: Int64
  let file: String
  let provider: String
  let model: String?
  let state: String
  let answered: Int
  let chunks: Int
  let duration: Double?
  let calls: Int
  let billedSeconds: Double
  let unknownCalls: Int
  let created: String
  let updated: String

  enum CodingKeys: String, CodingKey {
    case job, file, provider, model, state, answered, chunks, duration, calls, created, updated
    case billedSeconds = "billed_seconds"
    case unknownCalls = "unknown_calls"
  }

  init(_ job: JobSummary) {
    self.job = job.id
    file = FileName.printable(job.path)
    provider = job.recognizer.provider
    model = job.recognizer.model
    state = job.state
    answered = job.answered
    chunks = job.chunks
    duration = job.length.map(Timeline.seconds)
    calls = job.calls
    billedSeconds = Timeline.seconds(job.billedSamples)
    unknownCalls = job.callsOfUnknownFate
    created = job.created.formatted(.iso8601)
    updated = job.updated.formatted(.iso8601)
  }
}

extension JobSummary {
  /// How far it is, in one word.
  fileprivate var state: String { isRunning ? "running" : isFinished ? "done" : "open" }
}

/// Jobs as a table for people.
private enum JobTable {
  static func text(_ jobs: [JobSummary]) -> String {
    var rows = [["job", "state", "chunks", "calls", "billed", "changed", "provider", "file"]]
    for job in jobs {
      let total = job.length == nil ? "\(job.chunks)+" : "\(job.chunks)"
      rows.append([
        "\(job.id)", job.state, "\(job.answered)/\(total)",
        "\(job.calls)" + (job.callsOfUnknownFate > 0 ? " (\(job.callsOfUnknownFate)?)" : ""),
        TimeText.short(job.billedSamples),
        job.updated.formatted(
          .verbatim(
            "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .current,
            calendar: Calendar(identifier: .gregorian))),
        [job.recognizer.provider, job.recognizer.model].compactMap { $0 }.joined(separator: " "),
        FileName.printable(job.path),
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        column == row.count - 1
          ? row[column]
          : row[column] + String(repeating: " ", count: widths[column] - row[column].count)
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
