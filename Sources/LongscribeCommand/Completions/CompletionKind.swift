import Longscribe

/// What a shell offers for a value.
enum CompletionKind: Sendable, Hashable {
  /// Nothing: only the user knows.
  case free
  case files
  case folders
  /// One of these words.
  case words([String])
  /// Some of these words, with commas between them.
  case list([String])

  /// Options whose values are words.
  private static let options: [String: CompletionKind] = [
    "--provider": .words([ProviderChoice.offlineName] + ServiceProfile.all.map(\.name)),
    "--output-format": .list(TranscriptFormat.allCases.map(\.rawValue) + ["all"]),
    "--events": .words(["jsonl"]),
    "--on-unknown": .words(["retry", "stop"]),
    "--channel": .words(["left", "right", "mix"]),
    "--response-format": .words(ServiceModel.ResponseFormat.allCases.map(\.rawValue)),
    "--timestamp-granularities": .list(["segment", "word"]),
    "--format": .words(["wav", "mp3", "ogg", "m4a", "flac"]),
    "--channels": .words(["1", "2"]),
    "--subtitle-profile": .words(SubtitleProfile.allCases.map(\.rawValue)),
  ]
  /// Values by what stands for them in help.
  private static let values: [String: CompletionKind] = ["file": .files, "dir": .folders]
  /// Arguments by their names.
  private static let arguments: [String: CompletionKind] = [
    "input": .files, "json": .files, "dir": .folders, "shell": .words(CompletionScript.shells),
    "action": .words(["list", "rm", "prune"]),
  ]

  /// What is offered for an option's value; `nil` for a flag.
  static func of(_ option: CommandSyntax.Option) -> CompletionKind? {
    option.value.map { options[option.name] ?? values[$0] ?? .free }
  }

  /// What is offered for a command's argument.
  static func of(_ argument: CommandSyntax.Argument) -> CompletionKind {
    arguments[argument.name] ?? .free
  }
}
