import Longscribe

/// The options that say which part of a recording is meant.
enum SelectionOptions {
  static let all: [CommandSyntax.Option] = [
    CommandSyntax.Option(
      name: "--track", value: "n|lang",
      help: "The audio track, by its place from 0 or its language. (default: the recording's own)"),
    CommandSyntax.Option(
      name: "--channel", value: "channel",
      help: "Hear one channel: left, right, or its place from 0; or mix. (default: mix)"),
    CommandSyntax.Option(
      name: "--start", value: "time", help: "Begin there: seconds, m:ss or h:mm:ss."),
    CommandSyntax.Option(name: "--end", value: "time", help: "End there."),
    CommandSyntax.Option(
      name: "--strict", help: "Refuse recordings that are damaged in any way."),
  ]

  static func selection(_ arguments: ParsedArguments) throws(UsageError) -> AudioSelection {
    let start = try time("--start", arguments) ?? 0
    let end = try time("--end", arguments)
    if let end, end <= start { throw UsageError("--end must be later than --start") }
    return AudioSelection(
      track: try track(arguments), channel: try channel(arguments), start: start, end: end)
  }

  private static func track(_ arguments: ParsedArguments) throws(UsageError) -> AudioSelection.Track
  {
    guard let text = arguments.value("--track") else { return .standard }
    if let number = Int(text), (0...1000).contains(number) { return .number(number) }
    guard text.count >= 2, text.first?.isLetter == true,
      text.allSatisfy({ $0.isLetter || $0 == "-" || $0 == "_" })
    else {
      throw UsageError(
        "The value '\(text)' is invalid for '--track': it takes a place from 0 or a language "
          + "such as 'de'")
    }
    return .language(text)
  }

  private static func channel(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> AudioSelection.Channel {
    switch arguments.value("--channel") {
    case nil, "mix": return .mix
    case "left": return .left
    case "right": return .right
    case .some(let text):
      guard let number = Int(text), (0...511).contains(number) else {
        throw UsageError(
          "The value '\(text)' is invalid for '--channel': it takes left, right, mix or a place "
            + "from 0")
      }
      return .number(number)
    }
  }

  /// A time as people write it, in samples of the timeline.
  private static func time(
    _ name: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> Int64? {
    guard let text = arguments.value(name) else { return nil }
    guard let seconds = seconds(text) else {
      throw UsageError(
        "The value '\(text)' is invalid for '\(name)': it takes seconds, m:ss or h:mm:ss")
    }
    return Timeline.samples(seconds)
  }

  /// Up to 100 hours as seconds, minutes and seconds, or hours, minutes and seconds; only the first may be 60 or more.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == ".") }
    guard isPlain, (1...3).contains(parts.count), let last = parts.last.flatMap({ Double($0) })
    else { return nil }
    var total = 0.0
    for (index, part) in parts.dropLast().enumerated() {
      guard let number = Int(part), index == 0 || number < 60 else { return nil }
      total = (total + Double(number)) * 60
    }
    guard parts.count == 1 || last < 60, total + last <= 360_000 else { return nil }
    return total + last
  }
}
