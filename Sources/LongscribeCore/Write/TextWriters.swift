private import Foundation

/// A line for each cue; gaps with their place.
package enum PlainText {
  package static func write(_ cues: [Cue]) -> String {
    cues.map { line($0) + "\n" }.joined()
  }

  /// What one final part adds, for output that is written while a transcription runs.
  package static func write(_ part: TranscriptPart) -> String {
    write(CueLayout.bare(segments: part.segments, gaps: part.gap.map { [$0] } ?? []))
  }

  /// One cue as a line without its end.
  private static func line(_ cue: Cue) -> String {
    cue.isGap ? "[\(TimeText.range(cue.range))] \(cue.text)" : cue.text
  }
}

/// The lines of a cue as subtitle files hold them.
private enum Markup {
  /// - Parameter safe: Makes text mean nothing but itself.
  static func lines(_ cue: Cue, _ safe: (String) -> String) -> String {
    cue.lines.map { line in
      line.map { $0.isHighlighted ? "<u>\(safe($0.text))</u>" : safe($0.text) }.joined() + "\n"
    }.joined()
  }
}

/// SubRip.
///
/// There is no standard; what readers do is the rule. ffmpeg and pysubs2 take `<…>` for a tag and let it vanish, and `{…}` for a style of
/// Advanced SubStation, where `\N`, `\n` and `\h` are line breaks and spaces; and no reader decodes `&lt;`. So these become their full-width
/// forms.
package enum SubRip {
  package static func write(_ cues: [Cue]) -> String {
    var text = ""
    for (index, cue) in cues.enumerated() {
      text += "\(index + 1)\n"
      text += "\(TimeText.clock(cue.range.start, separator: ",")) --> "
      text += "\(TimeText.clock(cue.range.end, separator: ","))\n"
      text += Markup.lines(cue, safe) + "\n"
    }
    return text
  }

  private static let special: [(String, String)] = [
    ("-->", "→"), ("<", "＜"), (">", "＞"), ("{", "｛"), ("}", "｝"), ("\\N", "＼N"), ("\\n", "＼n"),
    ("\\h", "＼h"),
  ]

  private static func safe(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x3C, 0x3E, 0x5C, 0x7B, 0x7D].contains($0) }) else {
      return text
    }
    return special.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }
}

/// WebVTT (W3C): hours always with two digits, because some sites refuse one.
package enum WebVTT {
  package static func write(_ cues: [Cue]) -> String {
    var text = "WEBVTT\n\n"
    for cue in cues {
      text += "\(TimeText.clock(cue.range.start)) --> \(TimeText.clock(cue.range.end))\n"
      text += Markup.lines(cue, escaped) + "\n"
    }
    return text
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x26, 0x3C, 0x3E].contains($0) }) else { return text }
    return text.replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;")
  }
}

/// whisper's table: start and end in whole milliseconds, then the text.
package enum TabSeparated {
  package static func write(_ cues: [Cue]) -> String {
    var text = "start\tend\ttext\n"
    for cue in cues {
      text += "\(TimeText.milliseconds(cue.range.start))\t"
      text += "\(TimeText.milliseconds(cue.range.end))\t\(cue.text)\n"
    }
    return text
  }
}

/// Lyrics: minutes may have more than two digits, because the format has no hours.
package enum Lyrics {
  /// - Parameter cues: Each of one line; what has more becomes one.
  package static func write(_ cues: [Cue]) -> String {
    var text = ""
    for cue in cues {
      // A line without a time is none.
      let line = cue.text.replacingOccurrences(of: "\n", with: " ")
      text += "\(stamp(cue.range.start))\(safe(line))\n"
    }
    return text
  }

  /// A text that begins like a time would be one: a line may have several.
  private static func safe(_ text: String) -> String {
    var text = text
    // Between words, times in angle brackets are those of the words.
    // What begins with a backslash is a line's end to ffmpeg, here as in SubRip.
    for (mark, harmless) in [
      ("<", "＜"), (">", "＞"), ("\\N", "＼N"), ("\\n", "＼n"), ("\\h", "＼h"),
    ] {
      text = text.replacingOccurrences(of: mark, with: harmless)
    }
    let second = text.dropFirst().first
    guard text.hasPrefix("["), second.map({ $0.isNumber || $0 == "-" }) ?? false else {
      return text
    }
    return "［" + text.dropFirst()
  }

  private static func stamp(_ samples: Int64) -> String {
    let hundredths = (TimeText.milliseconds(samples) + 5) / 10
    let minutes = TimeText.pad(hundredths / 6000, 2)
    let seconds = TimeText.pad(hundredths / 100 % 60, 2)
    return "[\(minutes):\(seconds).\(TimeText.pad(hundredths % 100, 2))]"
  }
}
