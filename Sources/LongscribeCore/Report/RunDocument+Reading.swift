public import Foundation

extension RunDocument {
  /// Most bytes of a transcript's JSON (64 MB): that of ten hours with times for all words has 8 MB.
  public static let maximumBytes = 64_000_000
  /// Times beyond it are mistakes (1,000 hours), in samples.
  private static let longest = 3_600_000 * Timeline.sampleRate
  /// Values a second that an outline may have.
  private static let outlineRates = 0.01...100.0

  /// Reads what `transcribe -f json` has written, or another program in the form of OpenAI's `verbose_json`.
  ///
  /// A text is needed: `segments`, `words` or `text`. Everything else may be missing. Words without segments are divided at pauses; a bare
  /// text is one segment, the whole recording long.
  ///
  /// - Throws: `RunDocumentError`, which names the place.
  public init(json: Data) throws(RunDocumentError) {
    guard !json.isEmpty else { throw RunDocumentError(.empty, "is empty") }
    guard json.count <= Self.maximumBytes else {
      throw RunDocumentError(
        .tooLarge,
        "has \(json.count / 1_000_000) MB; no transcript has more than "
          + "\(Self.maximumBytes / 1_000_000) MB")
    }
    let read: ReadRun
    do {
      read = try JSONDecoder().decode(ReadRun.self, from: json)
    } catch {
      let problem = DecodingProblem(error)
      throw RunDocumentError(
        problem.kind == .notJSON ? .notJSON : .invalidValue, at: problem.place, problem.detail)
    }
    guard read.segments != nil || read.words != nil || read.text != nil else {
      throw RunDocumentError(
        .notTranscript, "is no transcript: it has neither segments nor words nor a text")
    }
    try self.init(read)
  }

  private init(_ read: ReadRun) throws(RunDocumentError) {
    let own = read.longscribe
    let duration = Self.position(read.duration?.value) ?? 0
    let words = Self.words(read.words ?? [])
    segments = Self.segments(read, words, duration: duration)
    chunks = Self.uploads(own?.chunks)
    repairs = Self.uploads(own?.repairs)
    gaps = Self.findings(own?.gaps)
    uncovered = Self.findings(own?.uncovered)
    dropped = Self.findings(own?.dropped)
    silence = Self.findings(own?.silence).map(\.range)
    seams = (own?.seams ?? []).map { seam in
      Join(
        chunk: seam.chunk.value, position: Self.position(seam.position) ?? 0, kind: seam.kind,
        method: seam.method, anchors: seam.anchors?.value, confidence: seam.confidence)
    }
    language = read.language.flatMap { $0.isEmpty ? nil : $0 }
    provider = own?.provider
    model = own?.model
    calls = own?.calls?.value
    billedSamples = Self.position(own?.billedSeconds)
    warnings = own?.warnings ?? []
    loudness = own?.envelope
    let ends =
      segments.map(\.range.end) + chunks.map(\.owned.end)
      + (gaps + uncovered + dropped).map(\.range.end)
    length = ends.reduce(duration, max)
    // What a run that was stopped has not heard is a gap without loudness.
    if let loudness { try Self.check(loudness, lengths: [duration, length]) }
  }

  private static func check(
    _ outline: LoudnessOutline, lengths: [Int64]
  ) throws(RunDocumentError) {
    let place = "longscribe.envelope"
    guard outlineRates.contains(outline.perSecond) else {
      throw RunDocumentError(
        .invalidValue, at: "\(place).per_second",
        "is \(outline.perSecond); an outline has 0.01 to 100 values a second")
    }
    // A value more or less at the end, and a second for those who count otherwise.
    let expected = lengths.map { Timeline.seconds($0) * outline.perSecond }
    let isExpected = expected.contains {
      abs(Double(outline.levels.count) - $0) <= max(2, outline.perSecond)
    }
    guard isExpected else {
      throw RunDocumentError(
        .invalidValue, at: "\(place).levels",
        "has \(outline.levels.count) values; at \(outline.perSecond) a second the recording has "
          + "\(Int((expected.last ?? 0).rounded()))")
    }
  }

  // MARK: Times

  /// A time in seconds as the sample that it means, within what a recording can have; `nil` stays `nil`.
  private static func position(_ seconds: Double?) -> Int64? {
    seconds.map { seconds in
      Timeline.samples(min(max(0, seconds), Timeline.seconds(longest)))
    }
  }

  private static func range(_ start: Double, _ end: Double) -> TimelineRange {
    TimelineRange(position(start) ?? 0, position(end) ?? 0)
  }

  private static func uploads(_ entries: [ReadRun.Upload]?) -> [Upload] {
    (entries ?? []).map { entry in
      Upload(
        index: entry.index.value, audio: range(entry.start, entry.end),
        owned: range(entry.ownedStart, entry.ownedEnd), repairs: entry.repairs?.value,
        isSilent: entry.silent ?? false)
    }
  }

  private static func findings(_ entries: [ReadRun.Finding]?) -> [Finding] {
    (entries ?? []).map { entry in
      Finding(
        range: range(entry.start, entry.end), reason: entry.code ?? entry.reason ?? "",
        text: entry.text ?? (entry.code == nil ? "" : entry.reason ?? ""),
        askedAgain: entry.askedAgain ?? false, isLikeSpeech: entry.likeSpeech ?? true)
    }
  }

  // MARK: Text

  private static func words(_ entries: [ReadRun.Word]) -> [TranscriptWord] {
    entries.compactMap { entry in
      guard let start = entry.start?.value, let end = entry.end?.value,
        let text = entry.word.map(Joining.trimmed), !text.isEmpty
      else { return nil }
      return TranscriptWord(range: range(start, end), text: text)
    }
  }

  private static func segments(
    _ read: ReadRun, _ words: [TranscriptWord], duration: Int64
  ) -> [Segment] {
    var segments: [Segment] = []
    var latest: Int64 = 0
    for entry in read.segments ?? [] {
      let text = Joining.trimmed(entry.text ?? "")
      guard !text.isEmpty else { continue }
      let start = max(latest, position(entry.start?.value) ?? latest)
      let end = max(start, position(entry.end?.value) ?? start)
      segments.append(
        Segment(
          range: TimelineRange(start, end), text: text, chunk: entry.chunk?.value,
          isEstimated: entry.estimated ?? (entry.start == nil || entry.end == nil),
          words: Self.words(entry.words ?? [])))
      latest = start
    }
    if segments.isEmpty {
      segments = divided(words)
    } else if !words.isEmpty {
      distribute(words, over: &segments)
    }
    let whole = Joining.trimmed(read.text ?? "")
    guard segments.isEmpty, !whole.isEmpty else { return segments }
    return [
      Segment(
        range: TimelineRange(0, duration), text: whole, chunk: nil, isEstimated: true, words: [])
    ]
  }

  /// Gives each word to the segment in which the middle of the word lies, or to the one before.
  private static func distribute(_ words: [TranscriptWord], over segments: inout [Segment]) {
    for index in segments.indices { segments[index].words = [] }
    var place = 0
    for word in words {
      let middle = (word.range.start + word.range.end) / 2
      while place + 1 < segments.count, segments[place + 1].range.start <= middle { place += 1 }
      segments[place].words.append(word)
    }
  }

  /// A pause between words at which a new segment begins (0.7 s), in samples.
  private static let pause = Timeline.sampleRate * 7 / 10
  /// Most words of a segment that is made of words.
  private static let mostWords = 24

  /// Segments of words alone: divided at pauses, and before they are too long to read.
  private static func divided(_ words: [TranscriptWord]) -> [Segment] {
    var groups: [[TranscriptWord]] = []
    for word in words {
      if let last = groups.last?.last, groups[groups.count - 1].count < mostWords,
        word.range.start - last.range.end < pause
      {
        groups[groups.count - 1].append(word)
      } else {
        groups.append([word])
      }
    }
    return groups.map { group in
      Segment(
        range: TimelineRange(
          group.first?.range.start ?? 0, group.lazy.map(\.range.end).max() ?? 0),
        text: Joining.joined(group.lazy.map(\.text)), chunk: nil, isEstimated: false, words: group)
    }
  }
}
