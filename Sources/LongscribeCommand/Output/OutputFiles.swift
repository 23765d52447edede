import Foundation
import Longscribe
import LongscribeInterchange

/// The files that transcripts are written to.
struct OutputFiles: Sendable {
  let folder: String
  let formats: [TranscriptFormat]

  /// Whether some of them tell when something was said.
  var tellsTimes: Bool { formats.contains { $0 != .txt && $0 != .json } }

  /// What -f and -o ask for; `nil` if the text goes to standard output.
  init?(_ arguments: ParsedArguments) throws(UsageError) {
    let formats = arguments.value("--output-format")
    let folder = arguments.value("--output-dir")
    guard formats != nil || folder != nil else { return nil }
    self.folder = folder ?? "."
    self.formats = try Self.formats(formats ?? "all")
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
    try Self.make(folder)
    for path in inputs.flatMap(paths)
    where (path.split(separator: "/").last.map { FileName.bytes(String($0)).count } ?? 0) > 255 {
      throw CommandFailure(
        code: .cannotWrite,
        message: "\(path): the name is too long for a file; rename the recording")
    }
    // Asking for permission is not enough: a read-only or full disk says no only when a file is made.
    let trial = "\(folder)/.longscribe-\(getpid())-trial"
    let descriptor = FileName.withBytes(trial) {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else {
      throw CommandFailure(
        code: .cannotWrite,
        message:
          "\(folder): the output folder cannot be written to: \(String(cString: strerror(errno)))")
    }
    close(descriptor)
    _ = FileName.withBytes(trial) { unlink($0) }
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
    formats.map { "\(folder)/\(Self.stem(of: input)).\($0.fileExtension)" }
  }

  /// Two inputs whose files would overwrite each other, if there are any.
  func collision(_ inputs: [String]) -> (String, String)? {
    // By bytes: to the file system, letters that look the same are different names.
    var seen: [[UInt8]: String] = [:]
    for input in inputs {
      let stem = FileName.bytes(Self.stem(of: input))
      if let other = seen.updateValue(input, forKey: stem) { return (other, input) }
    }
    return nil
  }

  /// A transcript's file that is one of the recordings, under whatever name, if there is one.
  func overwritten(_ inputs: [String]) -> String? {
    file(for: inputs, thatIsOneOf: inputs)
  }

  /// A transcript's file that is one of some other files, under whatever name, if there is one.
  func file(for inputs: [String], thatIsOneOf others: [String]) -> String? {
    struct Identity: Hashable {
      var device: dev_t
      var inode: ino_t
    }
    func identity(_ path: String) -> Identity? {
      var status = stat()
      return FileName.withBytes(path, { stat($0, &status) }) == 0
        ? Identity(device: status.st_dev, inode: status.st_ino) : nil
    }
    let others = Set(others.compactMap(identity))
    return inputs.flatMap(paths).first { path in identity(path).map(others.contains) ?? false }
  }

  /// Writes all formats of a transcript; each file appears whole or not at all.
  ///
  /// A format that cannot be written does not keep the others from being written: the text has been paid for.
  func write(_ transcript: Transcript, for input: String) throws(CommandFailure) {
    var problem: CommandFailure?
    for (format, path) in zip(formats, paths(for: input)) {
      do throws(CommandFailure) {
        // It may have been removed during a long run.
        try Self.make(folder)
        try Self.replace(path, in: folder, with: format.write(transcript))
      } catch {
        problem = problem ?? error
      }
    }
    if let problem { throw problem }
  }

  private static func replace(
    _ path: String, in folder: String, with text: String
  ) throws(CommandFailure) {
    let temporary = "\(folder)/.longscribe-\(getpid()).part"
    let descriptor = FileName.withBytes(temporary) {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    }
    func failure() -> CommandFailure {
      CommandFailure(
        code: .cannotWrite,
        message: "\(path): cannot be written: \(String(cString: strerror(errno)))")
    }
    guard descriptor >= 0 else { throw failure() }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let problem = failure()
        close(descriptor)
        _ = FileName.withBytes(temporary) { unlink($0) }
        throw problem
      }
      bytes = bytes.dropFirst(count)
    }
    let isNamed =
      fsync(descriptor) == 0 && close(descriptor) == 0
      && FileName.withBytes(temporary) { old in
        FileName.withBytes(path) { rename(old, $0) }
      } == 0
    guard isNamed else {
      let problem = failure()
      _ = FileName.withBytes(temporary) { unlink($0) }
      throw problem
    }
  }
}
