/// Numbers that one chunk spells out and the other writes in digits: 二十五 and 25, "twenty five percent" and "25%".
///
/// Only for comparing. What cannot be a number is left alone; what merely looks like one ("one of them", 一个) gets the same form on both
/// sides of a seam, so nothing is lost by it.
enum SpokenNumber {
  /// A number at the start of some words.
  struct Reading: Hashable {
    /// Words that it takes.
    var count: Int
    /// Its digits, with a percent sign where it is a share: the same however it was written.
    var key: String
  }

  /// Reads the number that some folded words begin with; `nil` if they begin with none.
  static func read(_ words: ArraySlice<String>) -> Reading? {
    guard let first = words.first, let start = first.unicodeScalars.first else { return nil }
    var reading: Reading?
    if start.value >= 0x3000 {
      guard ChineseNumber.marks.contains(start) else { return nil }
      reading = ChineseNumber.read(words)
    } else if start.properties.numericType == .decimal {
      reading = digits(first).map { Reading(count: 1, key: $0) }
      reading?.scale(words)
    } else {
      reading =
        WordNumber.read(words)
        ?? GermanNumber.value(first[...]).map {
          Reading(count: 1, key: String($0))
        }
    }
    guard var number = reading else { return nil }
    number.takePercent(words)
    return number
  }

  /// A number in digits of any script: without marks between thousands, with a point before decimals.
  private static func digits(_ word: String) -> String? {
    var text = ""
    var groups: [String] = [""]
    var marks: [Character] = []
    let isShare = word.hasSuffix("%")
    for character in isShare ? word.dropLast() : word[...] {
      if let value = character.wholeNumberValue,
        character.unicodeScalars.first?.properties.numericType == .decimal
      {
        groups[groups.count - 1] += String(value)
      } else if character == "," || character == "." {
        marks.append(character)
        groups.append("")
      } else {
        return nil
      }
    }
    text = groups[0]
    for (mark, group) in zip(marks, groups.dropFirst()) {
      // A comma or point before exactly three digits separates thousands, unless another mark of the same kind cannot.
      let separates = group.count == 3 && groups[0].count <= 3 && groups[0] != "0" && mark == ","
      text += separates ? group : "." + group
    }
    return text + (isShare ? "%" : "")
  }
}

extension SpokenNumber.Reading {
  /// Multiplies by scales that follow digits: 3万, 5 million.
  fileprivate mutating func scale(_ words: ArraySlice<String>) {
    let next = words.startIndex + count
    guard next < words.endIndex, let value = Int(key),
      let factor = ChineseNumber.scales[words[next]] ?? WordNumber.scales[words[next]]
    else { return }
    let (product, overflows) = value.multipliedReportingOverflow(by: factor)
    guard !overflows else { return }
    key = String(product)
    count += 1
  }

  /// Takes a word for "percent" behind the number.
  fileprivate mutating func takePercent(_ words: ArraySlice<String>) {
    let next = words.startIndex + count
    guard !key.hasSuffix("%"), next < words.endIndex else { return }
    if ["percent", "prozent", "pourcent", "porciento", "процентов", "퍼센트"].contains(words[next]) {
      key += "%"
      count += 1
    } else if words[next] == "per", next + 1 < words.endIndex, words[next + 1] == "cent" {
      key += "%"
      count += 2
    }
  }
}

/// English numbers in words; the scales are German ones, too.
private enum WordNumber {
  static let scales = [
    "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000,
    "tausend": 1000, "millionen": 1_000_000, "milliarden": 1_000_000_000,
  ]
  private static let units: [String: Int] = [
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
  ]
  private static let tens: [String: Int] = [
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
  ]

  static func read(_ words: ArraySlice<String>) -> SpokenNumber.Reading? {
    guard let (value, count) = whole(words) else { return nil }
    let rest = words.dropFirst(count)
    // Years: nineteen ninety nine.
    if (10...99).contains(value), let (second, more) = whole(rest), (10...99).contains(second) {
      return SpokenNumber.Reading(count: count + more, key: String(value * 100 + second))
    }
    guard rest.first == "point" else {
      return SpokenNumber.Reading(count: count, key: String(value))
    }
    let decimals = rest.dropFirst().prefix { units[$0].map { $0 < 10 } ?? false }
    guard !decimals.isEmpty else { return SpokenNumber.Reading(count: count, key: String(value)) }
    let digits = decimals.compactMap { units[$0].map(String.init) }.joined()
    return SpokenNumber.Reading(count: count + 1 + decimals.count, key: "\(value).\(digits)")
  }

  /// A whole number at the start of some words and how many it takes.
  private static func whole(_ words: ArraySlice<String>) -> (Int, Int)? {
    var total = 0
    var group = 0
    var count = 0
    // What the last word was: nothing may follow a unit but a scale.
    var takesUnit = true
    var takesTen = true
    for (offset, word) in words.enumerated() {
      if let parts = hyphenated(word) {
        guard takesTen else { break }
        group += parts
        (takesTen, takesUnit) = (false, false)
      } else if let value = units[word] {
        guard takesUnit, takesTen || value < 10 && value > 0 else { break }
        group += value
        (takesTen, takesUnit) = (false, false)
      } else if let value = tens[word] {
        guard takesTen else { break }
        group += value
        (takesTen, takesUnit) = (false, true)
      } else if word == "hundred", (1...19).contains(group) {
        group *= 100
        (takesTen, takesUnit) = (true, true)
      } else if let scale = scales[word], count > 0, group > 0 {
        let (product, overflows) = group.multipliedReportingOverflow(by: scale)
        guard !overflows else { break }
        let (sum, tooLarge) = total.addingReportingOverflow(product)
        guard !tooLarge else { break }
        total = sum
        group = 0
        (takesTen, takesUnit) = (true, true)
      } else if word == "and", takesTen, count > 0,
        let next = words.dropFirst(offset + 1).first,
        units[next] != nil || tens[next] != nil || hyphenated(next) != nil
      {
        continue
      } else {
        break
      }
      count = offset + 1
    }
    return count == 0 ? nil : (total + group, count)
  }

  /// "twenty-five".
  private static func hyphenated(_ word: String) -> Int? {
    guard let mark = word.firstIndex(of: "-"), let ten = tens[String(word[..<mark])],
      let unit = units[String(word[word.index(after: mark)...])], unit < 10
    else { return nil }
    return ten + unit
  }
}

/// German numbers, which are one word: fünfundzwanzig, zweihundertelf.
private enum GermanNumber {
  private static let units: [Substring: Int] = [
    "null": 0, "ein": 1, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5,
    "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12,
    "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18,
    "neunzehn": 19,
  ]
  private static let tens: [Substring: Int] = [
    "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "siebzig": 70, "achtzig": 80, "neunzig": 90,
  ]
  /// No German number below a million is longer.
  private static let longest = 80

  static func value(_ word: Substring) -> Int? {
    guard word.utf8.count <= longest else { return nil }
    if let value = units[word] ?? tens[word] { return value }
    for (name, scale) in [("tausend", 1000), ("hundert", 100)] {
      guard let range = word.firstRange(of: name) else { continue }
      let before = word[..<range.lowerBound]
      var after = word[range.upperBound...]
      if after.hasPrefix("und"), tens[after] == nil { after = after.dropFirst(3) }
      guard let factor = before.isEmpty ? 1 : value(before),
        let rest = after.isEmpty ? 0 : value(after), rest < scale, factor < 1000
      else { return nil }
      return factor * scale + rest
    }
    guard let range = word.firstRange(of: "und"), let unit = units[word[..<range.lowerBound]],
      let ten = tens[word[range.upperBound...]], (1...9).contains(unit)
    else { return nil }
    return ten + unit
  }
}

/// Chinese and Japanese numbers; each character is a word of its own.
private enum ChineseNumber {
  static let marks = Set("〇零一二两三四五六七八九十百千万亿".unicodeScalars)
  static let scales = ["万": 10_000, "亿": 100_000_000]
  private static let digits: [String: Int] = [
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9,
  ]
  private static let powers = ["十": 10, "百": 100, "千": 1000]

  static func read(_ words: ArraySlice<String>) -> SpokenNumber.Reading? {
    if words.starts(with: ["百", "分", "之"]) {
      guard let share = number(words.dropFirst(3)) else { return nil }
      return SpokenNumber.Reading(count: share.count + 3, key: share.key + "%")
    }
    return number(words)
  }

  private static func number(_ words: ArraySlice<String>) -> SpokenNumber.Reading? {
    let run = words.prefix { digits[$0] != nil || powers[$0] != nil || scales[$0] != nil }
    guard !run.isEmpty else {
      return words.first.flatMap { Int($0) }.map { SpokenNumber.Reading(count: 1, key: String($0)) }
    }
    guard var key = value(run) else { return nil }
    var count = run.count
    let rest = words.dropFirst(count)
    if rest.first == "点" {
      let decimals = rest.dropFirst().prefix { digits[$0] != nil }
      if !decimals.isEmpty {
        key += "." + decimals.compactMap { digits[$0].map(String.init) }.joined()
        count += 1 + decimals.count
      }
    }
    return SpokenNumber.Reading(count: count, key: key)
  }

  private static func value(_ run: ArraySlice<String>) -> String? {
    // Digits alone are read one by one: 二零二五 is 2025.
    guard run.contains(where: { digits[$0] == nil }) else {
      return run.compactMap { digits[$0].map(String.init) }.joined()
    }
    var total = 0
    var section = 0
    var digit: Int?
    for mark in run {
      if let value = digits[mark] {
        digit = value
      } else if let power = powers[mark] {
        section += (digit ?? 1) * power
        digit = nil
      } else if let scale = scales[mark] {
        section += digit ?? 0
        // Ten thousands count for themselves; hundred millions multiply all that was said before them.
        let factor = scale == 10_000 ? max(section, 1) : max(total + section, 1)
        let (product, overflows) = factor.multipliedReportingOverflow(by: scale)
        let (sum, tooLarge) = (scale == 10_000 ? total : 0).addingReportingOverflow(product)
        guard !overflows, !tooLarge, sum < 1_000_000_000_000_000 else { return nil }
        total = sum
        section = 0
        digit = nil
      }
    }
    return String(total + section + (digit ?? 0))
  }
}
