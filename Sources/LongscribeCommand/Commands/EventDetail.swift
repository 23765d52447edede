import Longscribe

/// What --verbose tells of an event, on one line without the recording's name.
enum EventDetail {
  static func line(_ event: TranscriptionEvent) -> String? {
    switch event {
    case .opened(let description, let track): opened(description, track)
    case .started(let chunk, let attempt):
      "\(chunk.place): sent\(attempt > 1 ? ", try \(attempt)" : "")\(again(chunk))"
    case .answered(let chunk, _): "\(chunk.place): answered"
    case .reused(let chunk, _): "\(chunk.place): answered before, nothing is sent"
    case .silent(let chunk): "\(chunk.place): nobody speaks, nothing is sent"
    case .listened(let report): "heard to its end, \(TimeText.coarse(report.length))"
    default: nil
    }
  }

  private static func again(_ chunk: Chunk) -> String {
    chunk.repairs == nil ? "" : ", to ask again for what an answer left open"
  }

  private static func opened(_ description: MediaDescription, _ track: Int) -> String {
    var facts = [description.format]
    if description.tracks.indices.contains(track) {
      let audio = description.tracks[track]
      facts.append("track \(track) of \(description.tracks.count)")
      facts += [audio.codec, "\(audio.sampleRate) Hz", "\(audio.channels) channels"]
    }
    if let duration = description.duration {
      facts.append(TimeText.coarse(Timeline.samples(duration)))
    }
    return "opened: " + facts.joined(separator: ", ")
  }
}
