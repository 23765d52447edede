import FoundationEssentials

/// Lets the PocketSphinx program listen to the audio (English).
///
/// It makes many mistakes, but it really hears; that makes it good for trying things by hand.
struct PocketSphinxRecogniser: Recogniser {
  private static let program = "pocketsphinx_batch"
  private let stop: StopSignal

  init(stop: StopSignal) throws(SimulatorError) {
    guard ChildProcess.isInstalled(Self.program) else {
      throw .missingProgram(name: Self.program, package: "pocketsphinx pocketsphinx-en-us")
    }
    self.stop = stop
  }

  func recognise(
    _ samples: [Int16], without hole: ClosedRange<Double>?
  ) throws(Refusal) -> Recognition {
    do throws(SimulatorError) {
      let audio = try TemporaryFile(suffix: ".raw")
      try audio.write(samples)
      let list = try TemporaryFile()
      // The program wants names without suffix, one a line.
      let name = Array(audio.path.dropLast(".raw".count).utf8) + [UInt8(ascii: "\n")]
      try list.write(name[...])
      let words = try TemporaryFile()
      let messages = try TemporaryFile()
      let status = ChildProcess.run(
        Self.program,
        [
          "-adcin", "yes", "-cepdir", "", "-cepext", ".raw", "-ctl", list.path, "-hypseg",
          words.path, "-cmn", "batch", "-remove_silence", "no",
        ],
        output: messages.descriptor,
        errors: messages.descriptor,
        stop: stop
      )
      guard status == 0 else {
        throw .programFailed(name: Self.program)
      }
      return Self.recognition(from: String(decoding: words.read(), as: UTF8.self))
    } catch {
      throw Refusal(.simulatorFailure, error.description)
    }
  }

  /// Reads a line of name, scores, then start frame, two scores and word for each word, and at
  /// last the end frame. There are 100 frames a second.
  static func recognition(from line: String) -> Recognition {
    let columns = line.split { $0 == " " || $0 == "\n" }
    // The name and the scores: "name S 0 T -1 A -1 L -1".
    let entries = columns.dropFirst(9)
    var words: [(text: String, start: Double, end: Double)] = []
    var index = entries.startIndex
    while index + 4 < entries.endIndex {
      let spoken = entries[index + 3].prefix { $0 != "(" }
      if let start = Double(entries[index]), let end = Double(entries[index + 4]),
        spoken.first?.isLetter == true
      {
        words.append((String(spoken), start / 100, end / 100))
      }
      index += 4
    }
    var segments: [Recognition.Segment] = []
    for word in words {
      if let last = segments.last, word.start - last.end <= 0.6, word.end - last.start <= 12 {
        segments[segments.count - 1] = Recognition.Segment(
          start: last.start,
          end: word.end,
          text: "\(last.text) \(word.text)"
        )
      } else {
        segments.append(Recognition.Segment(start: word.start, end: word.end, text: word.text))
      }
    }
    return Recognition(
      text: segments.map(\.text).joined(separator: " "),
      segments: segments,
      words: words.map { Recognition.Word(start: $0.start, end: $0.end, text: $0.text) },
      matchedStart: nil
    )
  }
}
