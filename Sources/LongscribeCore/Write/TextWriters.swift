private import Foundation

/// A line for each cue; gaps with their place.
package enum PlainText {
  package static func write(_ cues: [Cue]) -> String {
    cues.map { line($0) + "\n" }.joined()
  }

  /// What one final part adds, for output that is written while a transcription runs.
  package static func write(_ part: TranscriptPart) -> String {
    write(CueLayout.cues(segments: part.segments, gaps: part.gap.map { [$0] } ?? []))
  }

  /// One cue as a line without its end.
  private static func line(_ cue: Cue) -> String {
    cue.isGap ? "[\(TimeText.range(cue.range))] \(cue.text)" : cue.text
  }
}

/// SubRip.
///
/// There is no standard; what readers do is the rule. ffmpeg and pysubs2 take `<…>` for a tag and let it vanish, and
/// `{\…}` for a style, and no reader decodes `&lt;`. So angle brackets become their full-width forms.
package enum SubRip {
  package static func write(_ cues: [Cue]) -> String {
    var text = ""
    for (index, cue) in cues.enumerated() {
      text += "\(index + 1)\n"
      text += "\(TimeText.clock(cue.range.start, separator: ",")) --> "
      text += "\(TimeText.clock(cue.range.end, separator: ","))\n\(safe(cue.text))\n\n"
    }
    return text
  }

  private static func safe(_ text: String) -> String {
    text.replacingOccurrences(of: "-->", with: "→")
      .replacingOccurrences(of: "<", with: "＜")
      .replacingOccurrences(of: ">", with: "＞")
      .replacingOccurrences(of: "{\\", with: "{＼")
      .replacingOccurrences(of: "\\N", with: "＼N")
  }
}

/// WebVTT (W3C): hours always with two digits, because some sites refuse one.
package enum WebVTT {
  package static func write(_ cues: [Cue]) -> String {
    var text = "WEBVTT\n\n"
    for cue in cues {
      text += "\(TimeText.clock(cue.range.start)) --> \(TimeText.clock(cue.range.end))\n"
      text += "\(escaped(cue.text))\n\n"
    }
    return text
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;")
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
  package static func write(_ cues: [Cue]) -> String {
    var text = ""
    for cue in cues {
      text += "\(stamp(cue.range.start))\(cue.text)\n"
    }
    return text
  }

  private static func stamp(_ samples: Int64) -> String {
    let hundredths = (TimeText.milliseconds(samples) + 5) / 10
    let minutes = TimeText.pad(hundredths / 6000, 2)
    let seconds = TimeText.pad(hundredths / 100 % 60, 2)
    return "[\(minutes):\(seconds).\(TimeText.pad(hundredths % 100, 2))]"
  }
}
