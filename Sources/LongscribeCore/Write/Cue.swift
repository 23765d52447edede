/// One entry of a subtitle or text file: what every writer writes.
package struct Cue: Sendable, Hashable {
  /// When it is shown.
  package var range: TimelineRange
  /// Its text, on one line.
  package var text: String
  /// Whether it stands for a stretch that could not be transcribed.
  package var isGap: Bool
}

/// Turns a transcript into cues that every format can hold.
///
/// Cues are in order, never overlap, last at least a millisecond, and have text without line breaks or control
/// characters. Gaps become cues of their own, so that no format hides them.
package enum CueLayout {
  /// Shortest cue in samples (1 ms): WebVTT asks for an end after the start.
  private static let shortest = Timeline.sampleRate / 1000

  /// The cues of a transcript.
  package static func cues(_ transcript: Transcript) -> [Cue] {
    cues(segments: transcript.segments, gaps: transcript.gaps)
  }

  /// The cues of segments and gaps, each in order.
  static func cues(segments: [TranscriptSegment], gaps: [TranscriptGap]) -> [Cue] {
    var cues: [Cue] = []
    var gaps = gaps[...]
    func gap(_ gap: TranscriptGap) -> Cue {
      Cue(range: gap.range, text: "[not transcribed: \(clean(gap.failure.message))]", isGap: true)
    }
    for segment in segments {
      while let next = gaps.first, next.range.start <= segment.range.start {
        cues.append(gap(next))
        gaps = gaps.dropFirst()
      }
      let text = clean(segment.text)
      if !text.isEmpty { cues.append(Cue(range: segment.range, text: text, isGap: false)) }
    }
    cues += gaps.map(gap)
    return separated(cues)
  }

  /// Moves ends, and where there is no other way starts, so that no two cues overlap.
  private static func separated(_ cues: [Cue]) -> [Cue] {
    var cues = cues
    for index in cues.indices {
      if index > 0 {
        let earliest = cues[index - 1].range.end
        if cues[index].range.start < earliest {
          let previous = cues[index - 1].range
          // Prefer to shorten the cue before; if nothing of it would be left, start later.
          let meeting = max(previous.start + shortest, cues[index].range.start)
          cues[index - 1].range = TimelineRange(previous.start, min(previous.end, meeting))
          cues[index].range.start = max(cues[index].range.start, cues[index - 1].range.end)
        }
      }
      let range = cues[index].range
      cues[index].range = TimelineRange(range.start, max(range.start + shortest, range.end))
    }
    return cues
  }

  /// Text on one line: runs of white space become one space, control characters go.
  private static func clean(_ text: String) -> String {
    var line = ""
    var space = false
    for character in text {
      if character.isWhitespace || character.isNewline {
        space = !line.isEmpty
      } else if let scalar = character.unicodeScalars.first,
        scalar.properties.generalCategory != .control
      {
        if space { line.append(" ") }
        space = false
        line.append(character)
      }
    }
    return line
  }
}
