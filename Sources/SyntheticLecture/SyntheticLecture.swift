/// A made-up recording of speech-like sound whose words and times are exactly known.
///
/// The same seed, length and language always make the same words and the same samples. The sound
/// is not understandable; it has what a program that cuts recordings needs: pauses that are
/// clearly quieter than words, stretches without any pause, and words that can be told apart.
package struct SyntheticLecture: Sendable {
  /// The language of the words.
  package enum Language: String, Sendable, CaseIterable {
    /// Words in Latin letters, joined with spaces.
    case english
    /// Han characters, joined with nothing.
    case chinese
  }

  /// One spoken word with the punctuation written after it.
  package struct Word: Sendable, Hashable {
    /// The first sample of the word.
    package let start: Int64
    /// The sample after the word's last.
    package let end: Int64
    /// The word and its punctuation: `"Hello,"`, `"world."`, `"好，"`.
    package let text: String
  }

  /// Samples per second of all times and of the written recording.
  package static let sampleRate = 16_000

  package let seed: UInt64
  package let language: Language
  /// The length of the recording in samples.
  package let sampleCount: Int64
  /// The words in the order they are spoken; they do not overlap.
  package let words: [Word]

  /// Writes the script of a lecture; no sound is made yet.
  ///
  /// - Parameters:
  ///   - seed: Decides the words, their times and their sound.
  ///   - seconds: The length of the recording; words end at least 0.2 s before its end.
  ///   - language: The language of the words.
  package init(seed: UInt64, seconds: Double, language: Language) {
    self.seed = seed
    self.language = language
    sampleCount = Int64((max(0, seconds) * Double(Self.sampleRate)).rounded())
    var script = LectureScript(seed: seed, language: language)
    words = script.words(sampleCount: sampleCount)
  }

  /// All words as a perfect transcript of the whole recording.
  package var text: String {
    words.map(\.text).joined(separator: language == .english ? " " : "")
  }

  /// Writes the recording as a WAV file: 16 kHz, one channel, 16 bits.
  ///
  /// Needs memory for one word only, whatever the length.
  package func write(wav path: String) throws(LectureWriteError) {
    let dataBytes = sampleCount * 2
    guard dataBytes <= Int64(UInt32.max) - 64 else { throw .tooLongForWAV }
    var file = try OutputFile(path: path)
    try file.write(Self.waveHeader(dataBytes: UInt32(dataBytes)))

    let voice = WordVoice(lectureSeed: seed)
    var background = BackgroundNoise(seed: seed)
    var position: Int64 = 0
    var sound: [Float] = []
    for (index, word) in words.enumerated() {
      try writeSilence(from: position, to: word.start, noise: &background, file: &file)
      sound.removeAll(keepingCapacity: true)
      sound.append(contentsOf: repeatElement(0, count: Int(word.end - word.start)))
      background.add(to: &sound)
      voice.speak(wordIndex: index, into: &sound)
      try file.write(samples: sound)
      position = word.end
    }
    try writeSilence(from: position, to: sampleCount, noise: &background, file: &file)
    try file.close()
  }

  /// Writes one line a word: start in seconds, TAB, end in seconds, TAB, text.
  package func write(words path: String) throws(LectureWriteError) {
    var file = try OutputFile(path: path)
    for word in words {
      let line = "\(Self.seconds(word.start))\t\(Self.seconds(word.end))\t\(word.text)\n"
      try file.write(Array(line.utf8))
    }
    try file.close()
  }

  private func writeSilence(
    from start: Int64,
    to end: Int64,
    noise: inout BackgroundNoise,
    file: inout OutputFile
  ) throws(LectureWriteError) {
    var left = Int(end - start)
    while left > 0 {
      var block = [Float](repeating: 0, count: min(left, Self.sampleRate))
      noise.add(to: &block)
      try file.write(samples: block)
      left -= block.count
    }
  }

  /// A number of samples as seconds with five decimals.
  private static func seconds(_ samples: Int64) -> String {
    let rate = Int64(sampleRate)
    let decimals = (samples % rate * 100_000 + rate / 2) / rate
    let digits = String(decimals)
    return "\(samples / rate)." + String(repeating: "0", count: 5 - digits.count) + digits
  }

  private static func waveHeader(dataBytes: UInt32) -> [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    let rate = UInt32(sampleRate)
    return Array("RIFF".utf8) + bytes(36 + dataBytes) + Array("WAVEfmt ".utf8) + bytes(UInt32(16))
      + bytes(UInt16(1)) + bytes(UInt16(1)) + bytes(rate) + bytes(rate * 2) + bytes(UInt16(2))
      + bytes(UInt16(16)) + Array("data".utf8) + bytes(dataBytes)
  }
}
