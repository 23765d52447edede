import Foundation
import Longscribe

/// A recording that the command line asks for.
struct Input: Sendable, Hashable {
  /// What is opened.
  var path: String
  /// What it is called in messages, and what its files are named after.
  var name: String

  init(path: String, name: String? = nil) {
    self.path = path
    self.name = name ?? path
  }
}

/// All recordings that the command line asks for, in its order.
///
/// Standard input is read only where `-` or `--files-from -` says so: in a loop over a list it holds the list.
enum InputList {
  /// The options that say which recordings are meant.
  static let options: [CommandSyntax.Option] = [
    CommandSyntax.Option(
      name: "--recursive", short: "-r",
      help: "Take the recordings of folders, and of the folders in them."),
    CommandSyntax.Option(
      name: "--files-from", value: "file",
      help:
        "Take names of recordings from a file, one a line; - is standard input. NULs between names work, too."
    ),
    CommandSyntax.Option(
      name: "--stdin-name", value: "name",
      help: "With the input '-', which is standard input: what the recording is called."),
  ]

  /// Bytes of a list of files: more is none.
  private static let mostBytes = 64 << 20

  static func inputs(_ arguments: ParsedArguments) throws(UsageError) -> [Input] {
    try checkStandardInput(arguments)
    var inputs: [Input] = []
    for argument in arguments.positionals {
      inputs += argument == "-" ? [try standardInput(arguments)] : try files(argument, arguments)
    }
    if let list = arguments.value("--files-from") {
      let names = FileList.names(try contents(of: list))
      guard !names.isEmpty else { throw UsageError("--files-from '\(list)': it names no file") }
      for name in names { inputs += try files(name, arguments) }
    }
    guard !inputs.isEmpty else { throw UsageError("Missing expected argument '<input>'") }
    return inputs
  }

  /// Only one thing can be read from standard input.
  private static func checkStandardInput(_ arguments: ParsedArguments) throws(UsageError) {
    var readers = arguments.positionals.filter { $0 == "-" }.map { _ in "the input '-'" }
    if arguments.value("--files-from") == "-" { readers.append("--files-from -") }
    if arguments.flag("--key-stdin") { readers.append("--key-stdin") }
    if readers.count > 1 {
      throw UsageError("\(readers[0]) and \(readers[1]) both read standard input")
    }
    if arguments.value("--stdin-name") != nil, !arguments.positionals.contains("-") {
      throw UsageError("--stdin-name goes with the input '-', which is standard input")
    }
  }

  private static func standardInput(_ arguments: ParsedArguments) throws(UsageError) -> Input {
    guard let name = arguments.value("--stdin-name") else {
      throw UsageError(
        "The input '-' needs a name: --stdin-name talk.mp3, say; files are named after it")
    }
    guard isatty(STDIN_FILENO) == 0 else {
      throw UsageError("standard input is a terminal; lead a recording into it with < or |")
    }
    return Input(path: "/dev/stdin", name: name)
  }

  private static func files(
    _ path: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> [Input] {
    guard RecordingFolder.isFolder(path) else { return [Input(path: path)] }
    guard arguments.flag("--recursive") else {
      throw UsageError("'\(path)' is a folder; --recursive takes the recordings in it")
    }
    let found = try RecordingFolder.recordings(in: path)
    guard !found.isEmpty else { throw UsageError("the folder '\(path)' holds no recordings") }
    return found.map { Input(path: $0) }
  }

  private static func contents(of list: String) throws(UsageError) -> [UInt8] {
    let bytes: Data
    do {
      let handle =
        list == "-"
        ? FileHandle.standardInput
        : try FileHandle(forReadingFrom: URL(fileURLWithPath: list))
      bytes = try handle.read(upToCount: mostBytes + 1) ?? Data()
    } catch {
      let reason = InputCheck.exists(list) ? "it cannot be read" : "no such file"
      throw UsageError("--files-from '\(list)': \(reason)")
    }
    guard bytes.count <= mostBytes else {
      throw UsageError("--files-from '\(list)': it has more than 64 MB, which no list of files has")
    }
    return Array(bytes)
  }
}
