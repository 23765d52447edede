/// Positions of the timeline written for people and files.
package enum TimeText {
  /// Hours, minutes, seconds and milliseconds, always with two digits or more of hours.
  ///
  /// Milliseconds are rounded once from the position, so that 59.9996 s becomes 00:01:00.000.
  package static func clock(_ samples: Int64, separator: Character = ".") -> String {
    let milliseconds = Self.milliseconds(samples)
    let (hours, minutes, seconds) = split(milliseconds / 1000)
    return "\(pad(hours, 2)):\(pad(minutes, 2)):\(pad(seconds, 2))\(separator)"
      + pad(milliseconds % 1000, 3)
  }

  /// Hours, minutes and whole seconds, for messages: 0:12:07.
  package static func coarse(_ samples: Int64) -> String {
    let (hours, minutes, seconds) = split(max(0, samples) / Timeline.sampleRate)
    return "\(hours):\(pad(minutes, 2)):\(pad(seconds, 2))"
  }

  /// A length for messages: 59.5 s.
  package static func short(_ samples: Int64) -> String {
    // Apart, so that no length is too great.
    let (seconds, rest) = samples.quotientAndRemainder(dividingBy: Timeline.sampleRate)
    let tenths = seconds * 10 + (rest * 10 + Timeline.sampleRate / 2) / Timeline.sampleRate
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }

  /// A range for messages: 0:00:59–0:01:58.
  package static func range(_ range: TimelineRange) -> String {
    "\(coarse(range.start))–\(coarse(range.end))"
  }

  /// Whole milliseconds nearest to a position; 0 for what lies before the start.
  package static func milliseconds(_ samples: Int64) -> Int64 {
    let (seconds, rest) = max(0, samples).quotientAndRemainder(dividingBy: Timeline.sampleRate)
    return seconds * 1000 + (rest * 1000 + Timeline.sampleRate / 2) / Timeline.sampleRate
  }

  /// Digits with zeros in front.
  package static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func split(_ seconds: Int64) -> (Int64, Int64, Int64) {
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
  }
}
