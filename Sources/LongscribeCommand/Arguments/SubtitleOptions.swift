import Longscribe
import LongscribeInterchange

/// The options that say how subtitles are laid out; most have the names that whisper gave them.
struct SubtitleOptions: Sendable {
  static let all: [CommandSyntax.Option] = [
    CommandSyntax.Option(
      name: "--subtitle-profile", value: "name",
      help: "How subtitles are divided: \(names). (default: default)"),
    CommandSyntax.Option(
      name: "--max-line-width", value: "n",
      help: "Longest subtitle line in columns; a Han character takes two."),
    CommandSyntax.Option(
      name: "--max-line-count", value: "n", help: "Most lines of a subtitle."),
    CommandSyntax.Option(
      name: "--max-words-per-line", value: "n",
      help: "Most words of a subtitle line; without --max-line-count each has one line."),
    CommandSyntax.Option(
      name: "--highlight-words",
      help: "A subtitle for each word, underlined among the others. (srt, vtt)",
      takesBoolean: true),
    CommandSyntax.Option(
      name: "--word-timestamps",
      help: "Accepted for whisper's users: times of words are used wherever there are some.",
      takesBoolean: true),
  ]

  /// The options that only subtitles have a use for.
  private static let shaping = all.map(\.name).filter { $0 != "--word-timestamps" }
  private static let names = SubtitleProfile.allCases.map(\.rawValue).joined(separator: ", ")

  let style: SubtitleStyle
  /// Whether an option was given that needs times of words.
  private let asksForWords: Bool
  /// An option that changes subtitles, if one was given.
  private let shape: String?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    var style = try Self.profile(arguments).style
    let width = try arguments.integer("--max-line-width", in: 1...1000)
    let count = try arguments.integer("--max-line-count", in: 1...100)
    let words = try arguments.integer("--max-words-per-line", in: 1...1000)
    if let width { style.maximumLineWidth = width }
    if let count {
      style.maximumLines = count
    } else if words != nil {
      // As whisper does it.
      style.maximumLines = 1
    }
    style.maximumWordsPerLine = words
    style.highlightsWords = arguments.flag("--highlight-words")
    self.style = style
    asksForWords = ["--highlight-words", "--word-timestamps"].contains(where: arguments.flag)
    shape = Self.shaping.first { arguments.value($0) != nil || arguments.flag($0) }
  }

  private static func profile(_ arguments: ParsedArguments) throws(UsageError) -> SubtitleProfile {
    guard let name = arguments.value("--subtitle-profile") else { return .standard }
    guard let profile = SubtitleProfile(rawValue: name) else {
      throw UsageError(
        "Unknown subtitle profile '\(name)'; there are \(names)"
          + Spelling.suggestion(for: name, in: SubtitleProfile.allCases.map(\.rawValue)))
    }
    return profile
  }

  /// Refuses options that would change nothing.
  func check(for formats: [TranscriptFormat]) throws(UsageError) {
    guard let shape, !formats.contains(where: \.isSubtitles) else { return }
    throw UsageError("'\(shape)' is about subtitles; ask for some with '-f srt' or '-f vtt'")
  }

  /// A sentence about times of words that were asked for and are not there.
  func note(on transcript: Transcript) -> String? {
    guard asksForWords, !transcript.segments.isEmpty,
      !transcript.segments.contains(where: { !$0.words.isEmpty })
    else { return nil }
    return "the answers tell no times of words; subtitles have estimated ones, and the JSON has "
      + "none"
  }
}
