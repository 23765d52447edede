import Foundation
import LongscribeCore
import TestSupport

/// A talk whose words and times are known: sentences with commas, hesitations anywhere, a rate of its own that drifts.
///
/// How long a word lasts is drawn syllable by syllable from real words with their syllables counted by hand, so that a rule that guesses
/// durations from letters is held against something else than itself.
struct RandomTalk {
  enum Language: CaseIterable { case english, chinese }

  /// What makes a talk harder than text and pauses that fit.
  enum Variant: CaseIterable {
    /// Text and sound belong together.
    case plain
    /// Three seconds of sound that nobody speaks, about twice a minute.
    case bursts
    /// One word in twenty is missing from the text or is another.
    case wrongWords
    /// The text has no marks at all.
    case unpunctuated
  }

  struct Word {
    var text: String
    var range: TimelineRange
    var startsSentence: Bool
  }

  /// Every word that was said.
  let words: [Word]
  let envelope: Envelope
  let length: Int64
  /// What a recogniser would write.
  let text: String
  /// For every token of the text the word that was said.
  let said: [Int]

  private static let english: [(String, Int)] = [
    ("the", 1), ("of", 1), ("and", 1), ("a", 1), ("to", 1), ("in", 1), ("is", 1), ("it", 1),
    ("that", 1), ("we", 1), ("for", 1), ("on", 1), ("with", 1), ("as", 1), ("this", 1), ("at", 1),
    ("they", 1), ("be", 1), ("from", 1), ("you", 1), ("which", 1), ("when", 1), ("there", 1),
    ("through", 1), ("strengths", 1), ("thought", 1), ("world", 1), ("light", 1), ("moon", 1),
    ("straight", 1), ("change", 1), ("school", 1), ("water", 2), ("people", 2), ("very", 2),
    ("into", 2), ("model", 2), ("language", 2), ("problem", 2), ("lecture", 2), ("reason", 2),
    ("measure", 2), ("between", 2), ("because", 2), ("away", 2), ("idea", 3), ("another", 3),
    ("example", 3), ("energy", 3), ("important", 3), ("history", 3), ("probably", 3),
    ("area", 3), ("family", 3), ("computer", 3), ("understanding", 4), ("information", 4),
    ("technology", 4), ("available", 4), ("development", 4), ("experience", 4), ("university", 5),
    ("international", 5), ("electricity", 5), ("responsibility", 6), ("one", 1), ("two", 1),
    ("seven", 2), ("hundred", 2), ("little", 2), ("knowledge", 2), ("science", 2), ("quiet", 2),
    ("see", 1), ("know", 1), ("make", 1), ("time", 1), ("what", 1), ("use", 1), ("how", 1),
  ]
  private static let chinese = Array(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产"
  )

  /// Frames that are as quiet as the room, and as loud as the voice, before noise.
  private static let voice = 196.0

  /// A talk of about `seconds`.
  init(
    seconds: Double, language: Language, variant: Variant = .plain,
    using random: inout SeededGenerator
  ) {
    var builder = Builder(language: language, variant: variant, using: &random)
    while builder.time < seconds { builder.addSentence() }
    random = builder.random
    words = builder.words
    envelope = builder.envelope()
    length = Int64(envelope.levels.count) * Timeline.frameLength
    var text = ""
    var said: [Int] = []
    for (index, written) in builder.written.enumerated() {
      guard let written else { continue }
      if !text.isEmpty, language == .english { text += " " }
      text += written
      said.append(index)
    }
    self.text = text
    self.said = said
  }

  /// Says one sentence after the other.
  private struct Builder {
    let language: Language
    let variant: Variant
    var random: SeededGenerator
    /// Seconds so far.
    var time: Double
    var words: [Word] = []
    var written: [String?] = []
    /// Loudness of every frame in dB below the voice, before the room's noise.
    private var sound: [Double] = []
    private let rate: Double
    private let noise: Double
    private var sinceBurst = 0.0

    init(language: Language, variant: Variant, using random: inout SeededGenerator) {
      self.language = language
      self.variant = variant
      rate = Double.random(in: 0.75...1.35, using: &random)
      noise = Double.random(in: -45 ... -30, using: &random)
      time = Double.random(in: 0...0.6, using: &random)
      self.random = random
    }

    private mutating func chance(_ probability: Double) -> Bool {
      Double.random(in: 0..<1, using: &random) < probability
    }

    /// A factor around 1 whose logarithm has a standard deviation.
    private mutating func factor(_ deviation: Double) -> Double {
      // Box and Muller.
      let radius = (-2 * log(Double.random(in: 1e-12..<1, using: &random))).squareRoot()
      let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &random)
      return exp(deviation * radius * cos(angle))
    }

    mutating func addSentence() {
      let isEnglish = language == .english
      let count = Int.random(in: isEnglish ? 3...26 : 5...36, using: &random)
      let pace = rate * Double.random(in: 0.8...1.2, using: &random)
      var sinceComma = 0
      for index in 0..<count {
        let isLast = index == count - 1
        sinceComma += 1
        let comma = !isLast && sinceComma >= 4 && chance(isEnglish ? 0.12 : 0.1)
        if comma { sinceComma = 0 }
        addWord(pace: pace, isFirst: index == 0, isLast: isLast, comma: comma)
        if isLast {
          if !chance(0.1) { time += Double.random(in: 0.15...1.2, using: &random) }
        } else if comma {
          if chance(0.7) { time += Double.random(in: 0.05...0.6, using: &random) }
        } else if chance(isEnglish ? 0.05 : 0.03) {
          // Most hesitations are short, some longer than any pause between sentences.
          time += exp(Double.random(in: log(0.05)...log(1.6), using: &random))
        }
      }
      sinceBurst += 1
      if variant == .bursts, chance(0.15) { addBurst() }
    }

    private mutating func addWord(pace: Double, isFirst: Bool, isLast: Bool, comma: Bool) {
      var word = ""
      var seconds = 0.0
      switch language {
      case .english:
        let (text, syllables) = RandomTalk.english.randomElement(using: &random) ?? ("a", 1)
        word = text
        // A function word's syllable is short, a content word's long.
        let syllable = text.count <= 4 && syllables == 1 ? 0.16 : syllables == 1 ? 0.3 : 0.18
        for _ in 0..<syllables { seconds += syllable * factor(0.25) }
      case .chinese:
        word = RandomTalk.chinese.randomElement(using: &random).map { String($0) } ?? "一"
        seconds = 0.2 * factor(0.2)
      }
      seconds *= pace * factor(0.27)
      // The last syllable before a break is drawn out.
      if isLast || comma { seconds *= 1.15 }
      speak(seconds)
      let range = TimelineRange(
        Timeline.samples(time), Timeline.samples(time + seconds))
      words.append(Word(text: word, range: range, startsSentence: isFirst))
      time += seconds
      write(word, isFirst: isFirst, isLast: isLast, comma: comma)
    }

    private mutating func write(_ word: String, isFirst: Bool, isLast: Bool, comma: Bool) {
      var word = word
      if variant == .wrongWords, chance(0.05) {
        guard chance(0.5), !isFirst, !isLast else {
          word = language == .english ? "whatever" : "某"
          return finish(word, isFirst: isFirst, isLast: isLast, comma: comma)
        }
        written.append(nil)
        return
      }
      finish(word, isFirst: isFirst, isLast: isLast, comma: comma)
    }

    private mutating func finish(_ word: String, isFirst: Bool, isLast: Bool, comma: Bool) {
      guard variant != .unpunctuated else { return written.append(word) }
      let isEnglish = language == .english
      let mark = isLast ? (isEnglish ? "." : "。") : comma ? (isEnglish ? "," : "，") : ""
      written.append((isFirst ? word.prefix(1).uppercased() + word.dropFirst() : word) + mark)
    }

    /// Fills the frames up to a time.
    private mutating func reach(_ seconds: Double) {
      while Double(sound.count) < seconds * 100 { sound.append(-.infinity) }
    }

    /// The sound of one word: louder and softer words, syllables that rise and fall, often a dip at its end.
    private mutating func speak(_ seconds: Double) {
      reach(time)
      let loudness = Double.random(in: -7...2, using: &random)
      let end = (time + seconds) * 100
      let count = max(1, Int(end) - sound.count)
      let dip = chance(0.6) ? min(count / 3, Int.random(in: 1...6, using: &random)) : 0
      let depth = Double.random(in: -40 ... -8, using: &random)
      for frame in 0..<count {
        let swing = 5 * sin(Double(frame) / 6) + Double.random(in: -3...3, using: &random)
        sound.append(frame < count - dip ? loudness + swing : loudness + depth)
      }
    }

    /// Sound without words, with short pauses around it: a noise, or the notes of some music.
    private mutating func addBurst() {
      time += Double.random(in: 0.1...0.6, using: &random)
      reach(time)
      let isMusic = chance(0.5)
      var note = -5.0
      for frame in 0..<300 {
        if isMusic, frame % 25 == 0 { note = Double.random(in: -9 ... -1, using: &random) }
        sound.append(
          note - (isMusic ? Double(frame % 25) / 5 : 0) + Double.random(in: -2...2, using: &random))
      }
      time += 3 + Double.random(in: 0.1...0.6, using: &random)
    }

    mutating func envelope() -> Envelope {
      reach(time + Double.random(in: 0...0.6, using: &random))
      return Envelope(
        levels: sound.map { level in
          let room = noise + Double.random(in: -1.5...1.5, using: &random)
          let both = 10 * log10(pow(10, level / 10) + pow(10, room / 10))
          let step = RandomTalk.voice + both * Double(Envelope.stepsPerDecibel)
          return UInt8(min(240, max(0, step)))
        })
    }
  }
}
