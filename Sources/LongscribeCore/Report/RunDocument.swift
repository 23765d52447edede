/// What the JSON of a transcript tells: that of `transcribe -f json`, or any other in the form of OpenAI's `verbose_json`.
///
/// Times are samples, as everywhere; they are clamped to the recording and never sorted. What other programs do not write is empty or `nil` here.
public struct RunDocument: Sendable, Hashable {
  /// A phrase or sentence.
  public struct Segment: Sendable, Hashable {
    /// Where it is in the recording.
    public var range: TimelineRange
    /// Its text, without white space around it.
    public var text: String
    /// The chunk it came from.
    public var chunk: Int?
    /// Whether its times are estimated, or not known at all.
    public var isEstimated: Bool
    /// Its words, where there are times for them.
    public var words: [TranscriptWord]
  }

  /// One upload.
  public struct Upload: Sendable, Hashable {
    /// Its index.
    public var index: Int
    /// What was sent.
    public var audio: TimelineRange
    /// What it answers for.
    public var owned: TimelineRange
    /// The chunk that left open what this one asks for again.
    public var repairs: Int?
    /// Whether it was not sent because nobody speaks in it.
    public var isSilent: Bool
  }

  /// Where two chunks meet.
  public struct Join: Sendable, Hashable {
    /// The chunk after it.
    public var chunk: Int
    /// The cut, in samples.
    public var position: Int64
    /// What the cut goes through: `pause`, `valley`, `forced`.
    public var kind: String
    /// How the join was decided.
    public var method: String
    /// Words found in both chunks.
    public var anchors: Int?
    /// How sure it is that nothing is lost or doubled, from 0 to 1.
    public var confidence: Double?
  }

  /// A stretch of which something is to be said.
  public struct Finding: Sendable, Hashable {
    /// Where it is in the recording.
    public var range: TimelineRange
    /// A name of the reason, such as `no_text`.
    public var reason: String
    /// What is to be said: the failure of a gap, the text that was left out.
    public var text: String
    /// Whether a second answer had nothing there either.
    public var askedAgain: Bool
    /// Whether it sounds like speech.
    public var isLikeSpeech: Bool
  }

  /// The recording's length in samples: what the document says, and not less than its last time.
  public var length: Int64
  /// The language, as the document names it.
  public var language: String?
  /// What was said, in order.
  public var segments: [Segment]
  /// Who answered.
  public var provider: String?
  /// With which model.
  public var model: String?
  /// Calls made, failed ones included.
  public var calls: Int?
  /// Audio that may have been charged, in samples.
  public var billedSamples: Int64?
  /// What the reader should know.
  public var warnings: [String]
  /// What was sent, in the recording's order.
  public var chunks: [Upload]
  /// What was asked for again.
  public var repairs: [Upload]
  /// How the chunks were joined.
  public var seams: [Join]
  /// What was not sent because nobody speaks in it.
  public var silence: [TimelineRange]
  /// What could not be transcribed.
  public var gaps: [Finding]
  /// Where somebody can be heard, but the text has nothing for it, or too little or too much.
  public var uncovered: [Finding]
  /// What the service said and nobody can have said.
  public var dropped: [Finding]
  /// How loud the recording is.
  public var loudness: LoudnessOutline?
}
