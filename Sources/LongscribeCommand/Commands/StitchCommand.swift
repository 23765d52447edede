import Longscribe
import LongscribeInterchange

/// `longscribe stitch`: a folder with a plan and the answers to its chunk files in, a transcript out.
struct StitchCommand {
  private let path: String
  private let files: OutputFiles?
  private let keepsInventions: Bool
  private let console: Console
  private let surroundings: Surroundings

  /// Lines about single files of one kind, before the rest is only counted.
  private static let mostLines = 10

  init(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) throws(UsageError) {
    path = arguments.positionals[0]
    files = try OutputFiles(arguments)
    keepsInventions = arguments.flag("--keep-inventions")
    self.console = console
    self.surroundings = surroundings
  }

  func run() async throws(CommandFailure) -> ExitCode {
    if files == nil { try console.checkOutput() }
    let folder = try await read()
    let name = folder.plan.source.name
    try checkOutput(folder, name)
    tell(folder)
    try checkAnswers(folder)
    if let files { try files.prepare(for: [name]) }
    var record = folder.record
    record.keepsInventions = record.keepsInventions || keepsInventions
    // Events of a run whose answers were there from the start.
    var reader = EventReader(input: name, files: files, writesEvents: false, console: console)
    let parts = record.frontier().parts
    for part in parts { _ = try reader.take(.final(part)) }
    let transcript = Transcript(record: record, parts: parts, warnings: record.warnings)
    let code = try reader.take(.finished(transcript, record)) ?? .unexpected
    let isWhole = folder.answers.count == folder.plan.chunks.count { needsAnswer($0, folder) }
    return code == .success && !isWhole ? .partial : code
  }

  private func needsAnswer(_ file: PlanDocument.ChunkFile, _ folder: AnswerFolder) -> Bool {
    !file.isSilent || folder.answers[file.chunk.index] != nil
  }

  private func read() async throws(CommandFailure) -> AnswerFolder {
    let surroundings = surroundings
    do throws(AnswerFolderError) {
      return try await AnswerFolder.read(path) { surroundings.profile($0) }
    } catch {
      switch error {
      case .noFolder: throw CommandFailure(code: .noInput, message: error.description)
      case .noPlan:
        throw CommandFailure(
          code: .noInput, message: "\(error.description); 'longscribe split' makes a plan")
      case .badPlan: throw CommandFailure(code: .media, message: error.description)
      }
    }
  }

  /// Keeps transcripts from replacing what they are made of.
  private func checkOutput(_ folder: AnswerFolder, _ name: String) throws(CommandFailure) {
    let inputs = folder.contents.map { "\(folder.path)/\($0)" }
    guard let path = files?.file(for: [name], thatIsOneOf: inputs) else { return }
    throw CommandFailure(
      code: .usage,
      message: "'\(path)' is the plan or an answer; choose another folder with --output-dir")
  }

  /// Says which files were not taken for what they may be, and what is missing.
  private func tell(_ folder: AnswerFolder) {
    list(folder.unreadable) { finding in
      let place = finding.chunk.place
      let isUsed = folder.answers[finding.chunk.index] != nil
      let isSilent = folder.plan.chunks.contains { $0.chunk == finding.chunk && $0.isSilent }
      let rest =
        isUsed
        ? "another answer to \(place) is used"
        : isSilent
          ? "\(place) needs none, because nobody speaks in it" : "\(place) has no other answer"
      return "\(isUsed || isSilent ? "Warning" : "Error"): \(folder.path)/\(finding.name): "
        + "\(finding.failure.description); \(rest)"
    }
    list(folder.missing) { file in
      "Error: \(folder.path)/\(file.stem): no .\(AnswerFolder.extensions.joined(separator: ", .")); "
        + "\(file.chunk.place) has no answer"
    }
    note(
      folder.unused, one: "is", more: "are",
      "not used: of several answers to a chunk the first of "
        + ".\(AnswerFolder.extensions.joined(separator: ", .")) counts")
    note(
      folder.older, one: "is", more: "are",
      "older than the plan; after a new split they are answers to other audio")
    let own = Set(
      TranscriptFormat.allCases.map { format in
        "\(OutputFiles.stem(of: folder.plan.source.name)).\(format.fileExtension)"
      })
    let strangers = folder.strangers.filter { !own.contains($0) }
    note(strangers, one: "belongs", more: "belong", "to no chunk of the plan")
    if folder.plan.envelope.levels.isEmpty {
      console.note(
        "Note: \(folder.path): the plan does not tell how loud the recording is; times are estimated without it"
      )
    }
  }

  /// Says something of files, of which the first stands for all.
  private func note(_ names: [String], one: String, more: String, _ rest: String) {
    guard let first = names.first else { return }
    let subject =
      names.count == 1 ? "'\(first)' \(one)" : "'\(first)' and \(names.count - 1) more \(more)"
    console.note("Note: \(path): \(subject) \(rest)")
  }

  private func list<T>(_ items: [T], _ line: (T) -> String) {
    for item in items.prefix(Self.mostLines) { console.error(line(item)) }
    if items.count > Self.mostLines {
      console.error("Error: \(path): the same for \(items.count - Self.mostLines) more")
    }
  }

  /// A text of gaps alone is none.
  private func checkAnswers(_ folder: AnswerFolder) throws(CommandFailure) {
    guard folder.answers.isEmpty, folder.plan.calls > 0 else { return }
    throw folder.unreadable.isEmpty
      ? CommandFailure(code: .noInput, message: "\(folder.path): there are no answers in it")
      : CommandFailure(code: .media, message: "\(folder.path): there is no answer that can be read")
  }
}
