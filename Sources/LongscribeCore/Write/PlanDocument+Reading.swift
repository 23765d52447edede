public import Foundation

extension PlanDocument {
  /// The version of the document that is written and read here.
  static let version = 1
  /// Most bytes of a plan (256 MB): 500 hours of loudness in base64.
  public static let maximumBytes = 256_000_000
  /// Longest recording of a plan, in samples (1,000 hours): numbers beyond it are mistakes.
  static let longest = 3_600_000 * Timeline.sampleRate
  /// How far the loudness may be longer or shorter than the recording, in frames (1 s).
  private static let envelopeSlack: Int64 = 100

  /// Reads a plan that `split` or `plan --json` has written, or another program in their form.
  ///
  /// What is needed to put answers together has to be there and has to hold: what the chunks answer for is the whole recording, without a hole
  /// or a double, and each chunk's audio has at least what it answers for. The rest may be missing: names, the format,
  /// the loudness (times are then estimated without it), the seams (then nothing is assumed of them).
  ///
  /// - Throws: `PlanDocumentError`, which names the place.
  public init(json: Data) throws(PlanDocumentError) {
    guard json.count <= Self.maximumBytes else {
      throw PlanDocumentError(
        .tooLarge,
        "has \(json.count / 1_000_000) MB; no plan has more than "
          + "\(Self.maximumBytes / 1_000_000) MB")
    }
    let read: ReadPlan = try ReadPlan.decode(json)
    let length = try Self.position(read.duration, at: "duration")
    let selection = try Self.selection(read.source)
    let chunks = try Self.chunks(read.chunks, start: selection.start, length: length)
    let source = read.source
    self.init(
      source: JobRecord.Source(
        name: try Self.sourceName(source?.name), byteCount: source?.bytes.map { Int64($0.value) },
        modified: nil,
        track: source?.track?.value ?? 0, selection: selection),
      recognizer: RecognizerIdentity(
        provider: read.provider ?? "none", model: read.model, host: read.host),
      format: try Self.format(read.format), length: length,
      billedSamples: try Self.billed(read.billedSeconds, chunks),
      keepsInventions: read.keepsInventions ?? false, chunks: chunks,
      envelope: try Self.envelope(read.envelope, length: length))
  }

  /// A time in seconds as the sample that it means.
  private static func position(
    _ seconds: Double, at place: String, upTo end: Int64 = longest
  ) throws(PlanDocumentError) -> Int64 {
    try check(seconds, at: place)
    guard seconds <= Timeline.seconds(longest) else {
      throw PlanDocumentError(.invalidValue, at: place, "is \(seconds) s, which no recording has")
    }
    let samples = Timeline.samples(seconds)
    guard samples <= end else {
      throw PlanDocumentError(
        .invalidValue, at: place,
        "is \(seconds) s, after the recording's end at \(Timeline.seconds(end)) s")
    }
    return samples
  }

  private static func check(_ number: Double?, at place: String) throws(PlanDocumentError) {
    guard let number else { return }
    guard number.isFinite, number >= 0 else {
      throw PlanDocumentError(
        .invalidValue, at: place, number.isFinite ? "is negative: \(number)" : "is no finite number"
      )
    }
  }

  private static func sourceName(_ name: String?) throws(PlanDocumentError) -> String {
    guard let name, !name.isEmpty else { return "recording" }
    guard !name.utf8.contains(0) else {
      throw PlanDocumentError(.invalidValue, at: "source.name", "holds a zero byte")
    }
    return name
  }

  private static func selection(
    _ source: ReadPlan.Source?
  ) throws(PlanDocumentError) -> AudioSelection {
    guard let source else { return AudioSelection() }
    let start = try source.start.map { seconds throws(PlanDocumentError) in
      try position(seconds, at: "source.start")
    }
    let end = try source.end.map { seconds throws(PlanDocumentError) in
      try position(seconds, at: "source.end")
    }
    let channel: AudioSelection.Channel
    switch source.channel {
    case nil, "mix": channel = .mix
    case "left": channel = .left
    case "right": channel = .right
    case let name?:
      guard let number = Int(name), number >= 0 else {
        throw PlanDocumentError(
          .invalidValue, at: "source.channel", "is '\(excerpt(name))': no channel is called so")
      }
      channel = .number(number)
    }
    return AudioSelection(channel: channel, start: start ?? 0, end: end)
  }

  private static func format(_ name: String?) throws(PlanDocumentError) -> AudioFormat? {
    guard let name else { return nil }
    guard let format = AudioFormat(fileExtension: name) else {
      throw PlanDocumentError(
        .invalidValue, at: "format", "is '\(excerpt(name))', which is unknown")
    }
    return format
  }

  private static func billed(
    _ seconds: Double?, _ chunks: [ChunkFile]
  ) throws(PlanDocumentError) -> Int64 {
    try check(seconds, at: "billed_seconds")
    if let seconds { return Timeline.samples(seconds) }
    return chunks.lazy.filter { !$0.isSilent }.reduce(0) { $0 + $1.chunk.audio.length }
  }

  private static func envelope(
    _ text: String?, length: Int64
  ) throws(PlanDocumentError) -> Envelope {
    guard let text, !text.isEmpty else { return Envelope() }
    guard let levels = Data(base64Encoded: text) else {
      throw PlanDocumentError(.invalidValue, at: "envelope", "is no base64")
    }
    let frames = (length + Timeline.frameLength - 1) / Timeline.frameLength
    guard abs(Int64(levels.count) - frames) <= envelopeSlack else {
      throw PlanDocumentError(
        .invalidValue, at: "envelope",
        "has \(levels.count) values; at 100 a second the recording has \(frames)")
    }
    return Envelope(levels: [UInt8](levels))
  }

  // MARK: Chunks

  private static func chunks(
    _ entries: [ReadPlan.Entry], start: Int64, length: Int64
  ) throws(PlanDocumentError) -> [ChunkFile] {
    guard !entries.isEmpty else { throw PlanDocumentError(.missing, at: "chunks", "is empty") }
    var files: [ChunkFile] = []
    files.reserveCapacity(entries.count)
    var places: [Int: Int] = [:]
    var stems: [String: Int] = [:]
    var position = start
    for (number, entry) in entries.enumerated() {
      let place = "chunks[\(number)]"
      let file = try chunk(entry, isFirst: number == 0, at: place, length: length)
      if let other = places.updateValue(number, forKey: file.chunk.index) {
        throw PlanDocumentError(
          .duplicate, at: "\(place).index", "is \(entry.index.value), as that of chunks[\(other)]")
      }
      if let other = stems.updateValue(number, forKey: file.stem) {
        throw PlanDocumentError(
          .duplicate, at: "\(place).file",
          "is '\(file.name)': its answers would have the names of those to chunks[\(other)]")
      }
      let owned = file.chunk.owned
      guard owned.start == position else {
        let before = number == 0 ? "the recording begins" : "chunks[\(number - 1)] ends"
        throw PlanDocumentError(
          .doesNotTile, at: "\(place).owned_start",
          "is \(Timeline.seconds(owned.start)) s, but \(before) at \(Timeline.seconds(position)) s")
      }
      position = owned.end
      files.append(file)
    }
    guard position == length else {
      throw PlanDocumentError(
        .doesNotTile, at: "chunks[\(files.count - 1)].owned_end",
        "is \(Timeline.seconds(position)) s, but the recording ends at \(Timeline.seconds(length)) s"
      )
    }
    return files
  }

  private static func chunk(
    _ entry: ReadPlan.Entry, isFirst: Bool, at place: String, length: Int64
  ) throws(PlanDocumentError) -> ChunkFile {
    func range(
      _ start: (Double, String), _ end: (Double, String)
    ) throws(PlanDocumentError) -> TimelineRange {
      let first = try position(start.0, at: "\(place).\(start.1)", upTo: length)
      let last = try position(end.0, at: "\(place).\(end.1)", upTo: length)
      guard first < last else {
        throw PlanDocumentError(
          .invalidValue, at: "\(place).\(end.1)",
          "is \(Timeline.seconds(last)) s, not after its start at \(Timeline.seconds(first)) s")
      }
      return TimelineRange(first, last)
    }
    let audio = try range((entry.start, "start"), (entry.end, "end"))
    let owned = try range((entry.ownedStart, "owned_start"), (entry.ownedEnd, "owned_end"))
    guard audio.contains(owned) else {
      throw PlanDocumentError(
        .invalidValue, at: place,
        "has audio from \(entry.start) to \(entry.end) s, but is to answer for "
          + "\(entry.ownedStart) to \(entry.ownedEnd) s")
    }
    let chunk = Chunk(
      index: entry.index.value, audio: audio, owned: owned,
      seam: isFirst ? nil : try seam(entry.seam, at: place))
    let name = try entry.file.map { name throws(PlanDocumentError) in
      try fileName(name, at: place)
    }
    return ChunkFile(
      chunk: chunk, name: name ?? chunk.fileName(in: .wav), isSilent: entry.silent ?? false)
  }

  /// Where nothing is said of a seam, the kind of which stitching assumes least.
  private static func seam(_ name: String?, at place: String) throws(PlanDocumentError) -> Seam {
    guard let name else { return .forced }
    guard let seam = Seam(rawValue: name) else {
      throw PlanDocumentError(
        .invalidValue, at: "\(place).seam",
        "is '\(excerpt(name))'; there are pause, valley and forced")
    }
    return seam
  }

  /// The name of a file in the plan's folder: whoever follows it must not be led elsewhere.
  private static func fileName(
    _ name: String, at place: String
  ) throws(PlanDocumentError) -> String {
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      ![.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 255, !name.contains("/"),
      ![".", ".."].contains(name)
    else {
      throw PlanDocumentError(
        .invalidValue, at: "\(place).file",
        "is '\(excerpt(name))', which is no name of a file in the plan's folder")
    }
    return name
  }

  /// A text from the document, fit for a message.
  private static func excerpt(_ text: String) -> String {
    let line = text.prefix(80).unicodeScalars.map { scalar -> Character in
      [.control, .format, .lineSeparator, .paragraphSeparator]
        .contains(scalar.properties.generalCategory) ? "\u{FFFD}" : Character(scalar)
    }
    return String(line)
  }
}
