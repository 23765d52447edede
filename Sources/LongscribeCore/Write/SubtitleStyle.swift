/// How a transcript is divided into subtitles, and each subtitle into lines.
///
/// Lengths of time are in samples of the timeline. Lengths of lines are in columns: a Han character, a kana, a syllable of Hangul and
/// an emoji take two, everything else one, marks above and below letters none.
public struct SubtitleStyle: Sendable, Hashable {
  /// What decides how long a line is and how fast it is read.
  public enum Script: Sendable, Hashable, CaseIterable {
    /// Every script that is not named here.
    case other
    /// Han characters and their punctuation, unless the text is Japanese.
    case chinese
    /// Kana, and Han characters beside them.
    case japanese
    /// Hangul.
    case korean
    /// Thai, Lao, Khmer and Burmese.
    case thai
    /// Arabic.
    case arabic
    /// Devanagari and the scripts of India that are like it.
    case indic
  }

  /// What one script allows.
  public struct Measure: Sendable, Hashable {
    /// Longest line in columns.
    public var lineWidth: Int
    /// How many characters, spaces among them, are read in a second.
    public var readingSpeed: Int

    /// A value with both parts given.
    public init(lineWidth: Int, readingSpeed: Int) {
      self.lineWidth = lineWidth
      self.readingSpeed = readingSpeed
    }
  }

  /// Whether each segment is a subtitle of its own, or several, and none is put together from two.
  public var keepsSegments: Bool
  /// What each script allows; lines are as long as they come for scripts that are missing.
  public var measures: [Script: Measure]
  /// Longest line in columns for all scripts, instead of that of `measures`.
  public var maximumLineWidth: Int?
  /// Most lines of a subtitle; `nil` where lines do not end a subtitle.
  public var maximumLines: Int?
  /// Most words of a line. Scripts without spaces have no words.
  public var maximumWordsPerLine: Int?
  /// How long a subtitle is shown at least, where the next one leaves time for it.
  public var minimumDuration: Int64
  /// How long a subtitle is shown at most.
  public var maximumDuration: Int64?
  /// What is left at least between two subtitles that follow each other.
  public var smallestGap: Int64
  /// A gap that is shorter than this is made the smallest gap, by showing the earlier subtitle longer.
  public var closedGap: Int64
  /// How long a subtitle may be shown after its last word, so that there is time to read it.
  public var linger: Int64
  /// Whether there is a subtitle for each word, which shows it underlined among the others.
  public var highlightsWords: Bool

  /// A style without any limits: the segments as they are.
  public init() {
    keepsSegments = true
    measures = [:]
    minimumDuration = 0
    smallestGap = 0
    closedGap = 0
    linger = 0
    highlightsWords = false
  }

  /// Whether every segment is one subtitle of one line, so that nothing has to be laid out.
  var isBare: Bool {
    self == SubtitleStyle()
  }

  /// The style for a format that shows one line at a time and knows no markup.
  var onOneLine: SubtitleStyle {
    var style = self
    style.highlightsWords = false
    if maximumLines != nil {
      style.maximumLines = 1
    } else {
      // Lines do not end its subtitles, so there is one line for each.
      style.measures = [:]
      style.maximumLineWidth = nil
      style.maximumWordsPerLine = nil
    }
    return style
  }

  /// Longest line of a script in columns; `nil` where there is no limit.
  func lineWidth(of script: Script) -> Int? {
    maximumLineWidth ?? measures[script]?.lineWidth
  }
}
