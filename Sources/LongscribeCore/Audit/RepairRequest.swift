/// Stretches of a chunk that are to be asked for again.
public struct RepairRequest: Sendable, Hashable {
  /// The chunk whose text leaves them open.
  public var chunk: Int
  /// The stretches, in order: one request for each at the least.
  public var stretches: [TimelineRange]
  /// Requests at the most; never fewer than stretches.
  public var most: Int
}

/// How much a run may spend on asking again.
///
/// # Note: One round, in the recording's order
///
/// Audits happen in the order of the recording, as its text becomes final, and each sees what the ones before it have spent. So the same answers lead to the same
/// requests, whatever the order in which they arrive. What a second request gives is not audited again: a recogniser that hears
/// nothing in two windows that start at different places will not in a third.
enum RepairBudget {
  /// Requests for one chunk.
  private static let mostPerChunk = 2
  /// Requests for a recording, however short and however long (FluidAudio makes 32 probes at the most).
  private static let least = 2
  private static let most = 32
  /// A twentieth of the chunks so far.
  private static let share = 20

  /// Requests that a chunk may make.
  ///
  /// - Parameters:
  ///   - chunks: Chunks of the plan up to it.
  ///   - spent: Requests made for the chunks before it.
  static func left(chunks: Int, spent: Int) -> Int {
    max(0, min(mostPerChunk, min(most, max(least, chunks / share)) - spent))
  }
}

extension JobRecord {
  /// How far a request's audio reaches beyond its stretch at the most (0.5 s): it starts in a quiet moment before the first lost word.
  private static let lead = Timeline.sampleRate / 2
  /// How far a cut between two requests is moved to a quiet moment, as a part of their length.
  private static let shift: Int64 = 4

  /// The chunks that ask again for some stretches, taken into the record.
  package mutating func planRepairs(_ request: RepairRequest) -> [Chunk] {
    let longest = epochs.last?.rules.longest ?? 0
    var free = max(0, request.most - request.stretches.count)
    var planned: [Chunk] = []
    for stretch in request.stretches {
      let audio = audio(for: stretch)
      let needed = Int((audio.length + max(1, longest) - 1) / max(1, longest))
      let count = min(needed, 1 + free)
      free -= count - 1
      var start = audio.start
      for left in (1...max(1, count)).reversed() {
        let isLast = left == 1 && count == needed
        let pieces = count == needed ? Int64(left) : 1
        let wanted = start + min(longest, (audio.end - start) / pieces)
        let earliest = max(
          wanted - (wanted - start) / Self.shift,
          count == needed ? audio.end - (pieces - 1) * longest : start)
        let end = isLast ? audio.end : quietest(in: TimelineRange(earliest, wanted))
        planned.append(
          append(
            Chunk(
              index: 0, audio: TimelineRange(start, end),
              owned: TimelineRange(
                max(start, stretch.start), isLast ? stretch.end : end),
              seam: nil, repairs: request.chunk)))
        start = end
      }
    }
    return planned
  }

  /// What is sent for a stretch: from a quiet moment before it to one after it.
  private func audio(for stretch: TimelineRange) -> TimelineRange {
    let heard = length ?? Int64(envelope.levels.count) * Timeline.frameLength
    let start = quietest(in: TimelineRange(max(0, stretch.start - Self.lead), stretch.start))
    let end = quietest(
      in: TimelineRange(min(heard, stretch.end), min(heard, stretch.end + Self.lead)))
    return TimelineRange(start, max(end, min(heard, stretch.end)))
  }

  /// The quietest frame of a range, the middle one of several; the range's start if it has none.
  private func quietest(in range: TimelineRange) -> Int64 {
    let frames = range.frames(upTo: envelope.levels.count)
    guard let least = envelope.levels[frames].min() else { return range.start }
    let quiet = frames.filter { envelope.levels[$0] == least }
    return max(range.start, Int64(quiet[quiet.count / 2]) * Timeline.frameLength)
  }

  /// The format that a chunk is uploaded in. A recording that went out as it is may be in one that nothing can be encoded in.
  public func format(of chunk: Chunk) -> AudioFormat {
    let epoch = epoch(of: chunk.index)
    guard chunk.repairs == nil else { return epoch?.limits?.uploadFormat ?? epoch?.format ?? .wav }
    return epoch?.format ?? .wav
  }
}
