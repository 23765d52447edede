/// Where a text may be broken into lines, and how good a place that is.
struct BreakRules: Sendable {
  private let words: PhraseWords

  init(language: String?) {
    words = PhraseWords.of(language)
  }

  /// What a break costs, from 0 at the end of a sentence.
  enum Cost {
    static let sentence = 0
    static let clause = 3
    /// Before a conjunction or a preposition, or at a space in a text that has few.
    static let phrase = 5
    /// Where a segment ends in the middle of a sentence.
    static let segment = 6
    /// Between two words, or two characters of a script without spaces.
    static let word = 10
    /// Added where what is parted belongs together: article and noun, first and last name, number and unit.
    static let together = 8
    /// Inside a word that is longer than a line.
    static let insideWord = 30
    /// Before a mark that stands alone.
    static let beforeMark = 40
  }

  // MARK: Where

  /// Marks that never begin a line, beside Unicode's closing marks: the small kana, marks of length and repetition.
  ///
  /// Source: the characters that JIS X 4051 and W3C's requirements for Japanese layout (cl-02 to cl-11) keep from a line's start.
  private static let neverFirst: Set<Character> = Set(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】〙〗〟｠»…‥—～〜ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯｰ｡､｣･％‰℃°"
  )
  /// Opening marks, which never end one.
  private static let neverLast: Set<Character> = Set("‘“（〔［｛〈《「『【〘〖〝｟«｢￥＄£#＃@＠")

  /// Letters of scripts without spaces that are one with the next: Thai's and Lao's vowels that stand before their consonant, and the signs that
  /// stack consonants in Khmer and Burmese.
  private static let withNext: [ClosedRange<UInt32>] = [
    0x0E40...0x0E44, 0x0EC0...0x0EC4, 0x1039...0x1039, 0x17D2...0x17D2,
  ]
  /// Letters that are one with the one before them: vowels that follow their consonant, marks of repetition and abbreviation.
  private static let withPrevious: [ClosedRange<UInt32>] = [
    0x0E2F...0x0E3A, 0x0E45...0x0E4E, 0x0EAF...0x0EBD, 0x0EC6...0x0ECD, 0x102B...0x103E,
    0x17B4...0x17D5, 0x17D7...0x17D7,
  ]

  /// Whether a line may end between two characters that no space parts.
  static func canPart(_ left: Character, _ right: Character) -> Bool {
    guard Script.standsWithoutSpace(left) || Script.standsWithoutSpace(right) else { return false }
    if neverFirst.contains(right) || neverLast.contains(left) { return false }
    // Latin punctuation beside Han.
    if right.isASCII, !Script.isWordPart(right), !"([{<\"'".contains(right) { return false }
    if left.isASCII, "([{<".contains(left) { return false }
    return !isIn(left.unicodeScalars.last, withNext)
      && !isIn(right.unicodeScalars.first, withPrevious)
  }

  private static func isIn(_ scalar: Unicode.Scalar?, _ ranges: [ClosedRange<UInt32>]) -> Bool {
    guard let value = scalar?.value, value >= 0x0E00 else { return false }
    return ranges.contains { $0.contains(value) }
  }

  // MARK: How good

  /// Han characters that belong to what is before them: particles and endings of Chinese.
  private static let chineseEndings: Set<Character> = Set("的了着过吗呢吧啊呀嘛们得地里上下中")
  /// Conjunctions of Chinese and Japanese, by how a clause begins.
  private static let denseConjunctions = [
    "但", "而且", "因为", "所以", "如果", "然后", "并且", "或者", "虽然", "不过", "因此", "就是", "比如", "因為",
    "如果", "然後", "並且", "雖然", "不過", "しかし", "そして", "でも", "だから", "また",
  ].map(Array.init)
  /// Particles of Japanese, after which a phrase ends.
  private static let japaneseParticles: Set<Character> = Set("はがをにでともへねよ")

  /// What a break costs between two pieces of text.
  ///
  /// - Parameters:
  ///   - left: The characters of the piece before it; there is at least one.
  ///   - right: The characters of the piece after it and those that follow it; there is at least one.
  ///   - mark: What the punctuation after the left piece says.
  ///   - hasSpace: Whether white space stands between them.
  func cost(
    between left: ArraySlice<Character>, and right: ArraySlice<Character>, mark: PauseMark,
    hasSpace: Bool
  ) -> Int {
    guard let last = left.last, let first = right.first else { return Cost.sentence }
    switch mark {
    case .sentence, .paragraph: return Cost.sentence
    case .clause: return Cost.clause
    case .none: break
    }
    let next = right.prefix { !$0.isWhitespace }
    guard next.contains(where: Script.isWordPart), !Self.neverFirst.contains(first),
      !Self.isIn(first.unicodeScalars.first, Self.withPrevious)
    else { return Cost.beforeMark }
    if hasSpace, Script.isDense(last), Script.isDense(first) { return Cost.phrase }
    return Script.isDense(last) || Script.isDense(first)
      ? Self.denseCost(last, right) : wordCost(left, next)
  }

  private func wordCost(_ left: ArraySlice<Character>, _ right: ArraySlice<Character>) -> Int {
    let (before, after) = (Self.word(left), Self.word(right))
    var cost = Cost.word
    if words.conjunctions.contains(after) || words.prepositions.contains(after) {
      cost = Cost.phrase
      // "in" is the better place where "and" is none.
      if words.prepositions.contains(after) { cost += 1 }
    }
    let belongsToNext =
      words.leading.contains(before) || words.prepositions.contains(before)
      || words.conjunctions.contains(before)
    let isName = (left.first?.isUppercase ?? false) && (right.first?.isUppercase ?? false)
    let isNumber = left.last?.isNumber ?? false
    return belongsToNext || isName || isNumber ? cost + Cost.together : cost
  }

  /// The word in a piece, without its marks and in small letters.
  private static func word(_ piece: ArraySlice<Character>) -> String {
    var piece = piece
    while let last = piece.last, !Script.isWordPart(last) { piece.removeLast() }
    piece = piece.drop { !Script.isWordPart($0) }
    return String(piece).lowercased()
  }

  private static func denseCost(_ last: Character, _ right: ArraySlice<Character>) -> Int {
    guard let first = right.first else { return Cost.word }
    if last.isNumber || chineseEndings.contains(first) { return Cost.word + Cost.together }
    if denseConjunctions.contains(where: { right.starts(with: $0) }) { return Cost.phrase }
    // Where two scripts meet, no word is parted; nor is one after a particle.
    if !Script.isDense(last) || !Script.isDense(first) { return Cost.word - 2 }
    if chineseEndings.contains(last) || japaneseParticles.contains(last) { return Cost.word - 2 }
    return Cost.word + 2
  }
}
