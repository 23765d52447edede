import Foundation
import Longscribe
import LongscribeInterchange

/// The files that transcripts are written to.
struct OutputFiles: Sendable {
  let folder: String
  let formats: [TranscriptFormat]
  /// How subtitles are laid out.
  let subtitles: SubtitleOptions
  /// How they are named.
  let template: NameTemplate
  private let facts: NameTemplate.Facts

  /// Whether the one format goes to standard output instead.
  var isStandardOutput: Bool { folder == "-" }

  /// Whether some of them tell when something was said.
  var tellsTimes: Bool { formats.contains { $0 != .txt && $0 != .json } }

  /// What -f and -o ask for; `nil` if the text goes to standard output.
  init?(
    _ arguments: ParsedArguments, facts: NameTemplate.Facts = NameTemplate.Facts()
  ) throws(UsageError) {
    let formats = arguments.value("--output-format")
    let folder = arguments.value("--output-dir")
    let subtitles = try SubtitleOptions(arguments)
    guard formats != nil || folder != nil else {
      try subtitles.check(for: [])
      let needy = ["--name-template", "--skip-existing"].first {
        arguments.value($0) != nil || arguments.flag($0)
      }
      if let needy { throw UsageError("\(needy) is about files; ask for them with -f or -o") }
      return nil
    }
    self.folder = folder ?? "."
    self.formats = try Self.formats(formats ?? "all")
    self.subtitles = subtitles
    try subtitles.check(for: self.formats)
    self.facts = facts
    template = try arguments.value("--name-template").map(NameTemplate.init) ?? .standard
    if isStandardOutput, self.formats.count != 1 {
      throw UsageError("'-o -' writes one format to standard output; say which with -f")
    }
    if isStandardOutput, arguments.flag("--skip-existing") {
      throw UsageError("--skip-existing is about files, and '-o -' writes none")
    }
  }

  private static func formats(_ list: String) throws(UsageError) -> [TranscriptFormat] {
    var formats: [TranscriptFormat] = []
    for name in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      let named = TranscriptFormat(rawValue: name).map { [$0] }
      guard let named = name == "all" ? TranscriptFormat.allCases : named else {
        let known = TranscriptFormat.allCases.map(\.rawValue)
        throw UsageError(
          "Unknown format '\(name)'; there are \(known.joined(separator: ", ")), and all"
            + Spelling.suggestion(for: name, in: known))
      }
      formats += named.filter { !formats.contains($0) }
    }
    return formats
  }

  /// Makes the folder and tries to write to it, before anything is paid for.
  func prepare(for inputs: [String]) throws(CommandFailure) {
    guard !isStandardOutput else { return }
    let paths = inputs.flatMap(paths)
    for path in paths
    where path.dropFirst(folder.count).split(separator: "/")
      .contains(where: { FileName.bytes(String($0)).count > 255 })
    {
      throw CommandFailure(
        code: .cannotWrite,
        message: "\(path): the name is too long for a file; rename the recording")
    }
    var folders: [String] = [folder]
    for parent in paths.map(Self.parent) where !folders.contains(parent) { folders.append(parent) }
    for folder in folders { try Self.tryOut(folder) }
  }

  /// The folder that a file lies in.
  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// Makes a folder and a file in it.
  private static func tryOut(_ folder: String) throws(CommandFailure) {
    try make(folder)
    if let reason = WriteTrial.problem(in: folder) {
      throw CommandFailure(
        code: .cannotWrite,
        message: "\(folder): the output folder cannot be written to: \(reason)")
    }
  }

  /// Makes a folder and those above it. Foundation does that too, but its errors hide the system's reason.
  private static func make(_ folder: String) throws(CommandFailure) {
    var path = folder.hasPrefix("/") ? "/" : "./"
    for name in folder.split(separator: "/") {
      path += name
      let isMade = FileName.withBytes(path) { mkdir($0, 0o777) } == 0
      let reason = errno
      var status = stat()
      guard
        isMade
          || (FileName.withBytes(path, { stat($0, &status) }) == 0
            && status.st_mode & S_IFMT == S_IFDIR)
      else {
        throw CommandFailure(
          code: .cannotWrite,
          message: "\(folder): the output folder cannot be made: "
            + (reason == EEXIST ? "'\(name)' is a file" : String(cString: strerror(reason))))
      }
      path += "/"
    }
  }

  /// The name of an input's files without extension.
  static func stem(of input: String) -> String {
    let last = input.split(separator: "/").last.map(String.init) ?? ""
    // A plan that another program wrote may name anything.
    let name = last == ".." ? "" : last.filter { !$0.isNewline && $0 != "\u{0}" }
    // A dot at the start begins a hidden name, not an extension.
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else {
      return name.isEmpty || name == "." ? "transcript" : name
    }
    return String(name[..<dot])
  }

  /// The files that an input gives, in the order of the formats.
  private func paths(for input: String) -> [String] {
    let name = template.name(for: input, facts)
    return formats.map { "\(folder)/\(name).\($0.fileExtension)" }
  }

  /// Refuses inputs whose files would overwrite each other.
  func checkCollisions(_ inputs: [String]) throws(UsageError) {
    guard !isStandardOutput, let (first, second) = collision(inputs, template) else { return }
    let cure = NameTemplate.suggestions.first { text in
      (try? NameTemplate(text)).map { collision(inputs, $0) == nil } ?? false
    }
    throw UsageError(
      "'\(first)' and '\(second)' would write the same files; "
        + (cure.map { "--name-template '\($0)' keeps them apart" }
          ?? (first == second ? "name it once" : "transcribe them into different folders")))
  }

  private func collision(_ inputs: [String], _ template: NameTemplate) -> (String, String)? {
    // By bytes: to the file system, letters that look the same are different names.
    var seen: [[UInt8]: String] = [:]
    for input in inputs {
      let name = FileName.bytes(template.name(for: input, facts))
      if let other = seen.updateValue(input, forKey: name) { return (other, input) }
    }
    return nil
  }

  /// Whether all files of a recording are there and not older than it is.
  func areDone(for input: Input) -> Bool {
    guard let recording = Self.status(of: input.path), recording.st_mode & S_IFMT == S_IFREG else {
      return false
    }
    return paths(for: input.name).allSatisfy { path in
      guard let file = Self.status(of: path), file.st_mode & S_IFMT == S_IFREG else { return false }
      let (own, other) = (file.st_mtim, recording.st_mtim)
      return (own.tv_sec, own.tv_nsec) >= (other.tv_sec, other.tv_nsec)
    }
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return FileName.withBytes(path, { stat($0, &status) }) == 0 ? status : nil
  }

  /// A transcript's file that is one of the recordings, under whatever name, if there is one.
  func overwritten(_ inputs: [Input]) -> String? {
    isStandardOutput ? nil : file(for: inputs.map(\.name), thatIsOneOf: inputs.map(\.path))
  }

  /// A transcript's file that is one of some other files, under whatever name, if there is one.
  func file(for inputs: [String], thatIsOneOf others: [String]) -> String? {
    struct Identity: Hashable {
      var device: dev_t
      var inode: ino_t
    }
    func identity(_ path: String) -> Identity? {
      Self.status(of: path).map { Identity(device: $0.st_dev, inode: $0.st_ino) }
    }
    let others = Set(others.compactMap(identity))
    return inputs.flatMap(paths).first { path in identity(path).map(others.contains) ?? false }
  }

  /// Writes all formats of a transcript; each file appears whole or not at all.
  ///
  /// A format that cannot be written does not keep the others from being written: the text has been paid for.
  ///
  /// - Parameter envelope: The recording's loudness.
  func write(
    _ transcript: Transcript, _ envelope: Envelope, for input: String
  ) throws(CommandFailure) {
    var problem: CommandFailure?
    for (format, path) in zip(formats, paths(for: input)) {
      do throws(CommandFailure) {
        // It may have been removed during a long run.
        let parent = Self.parent(of: path)
        try Self.make(parent)
        try Self.replace(
          path, with: format.write(transcript, style: subtitles.style, envelope: envelope))
      } catch {
        problem = problem ?? error
      }
    }
    if let problem { throw problem }
  }

  private static func replace(_ path: String, with text: String) throws(CommandFailure) {
    let bytes = Array(text.utf8)
    do throws(MediaError) {
      var file = try OutputFile(replacing: path)
      _ = try file.copy { offset, buffer in
        let rest = bytes.dropFirst(Int(offset)).prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
      }
      try file.commit(isDurable: true)
    } catch {
      throw CommandFailure(
        code: .cannotWrite, message: "\(path): cannot be written: \(error.detail ?? "")")
    }
  }
}
