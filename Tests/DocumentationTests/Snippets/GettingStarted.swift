// snippet: imports
import Foundation
import Longscribe
import LongscribeOffline
// end

/// What a reader types first.
func firstTranscript(of recording: String) async throws -> String {
  var text = ""
  // snippet: first-transcript
  let recognizer = try OfflineRecognizer()
  for try await event in Transcriber().transcribe(recording, with: recognizer) {
    if case .finished(let transcript, _) = event { text = transcript.text }
  }
  // end
  return text
}

func following(
  _ recording: String, _ recognizer: some Recognizer, _ print: (String) -> Void
) async throws {
  // snippet: events
  for try await event in Transcriber().transcribe(recording, with: recognizer) {
    switch event {
    case .listened(let report):
      for warning in report.warnings { print("Warning: \(warning)") }
    case .final(let part):
      for segment in part.segments {
        print("\(Timeline.seconds(segment.range.start)) s: \(segment.text)")
      }
    case .retrying(let chunk, let failure, let seconds):
      print("\(chunk.place): \(failure); again in \(Int(seconds)) s")
    case .failed(let chunk, let failure):
      print("\(chunk.place) is lost: \(failure)")
    default:
      break
    }
  }
  // end
}

func writing(_ transcript: Transcript, to path: String) throws {
  // snippet: formats
  let subtitles = TranscriptFormat.srt.write(transcript)
  try subtitles.write(toFile: path, atomically: true, encoding: .utf8)
  for gap in transcript.gaps {
    print("from \(Timeline.seconds(gap.range.start)) s on: \(gap.failure)")
  }
  // end
}

func handlingErrors(_ recording: String, _ recognizer: some Recognizer) async -> String {
  // snippet: errors
  do throws(TranscriptionError) {
    for try await _ in Transcriber().transcribe(recording, with: recognizer) {}
  } catch {
    switch error {
    case .media(let problem): return "not a recording that can be heard: \(problem)"
    case .recognition(let failure, _, _, _) where failure.affectsAllChunks:
      return "the account has a problem: \(failure)"
    case .recognition(let failure, _, let chunk, _):
      return "no chunk was answered, \(chunk.place) first: \(failure)"
    case .plan, .noCommonFormat: return "the limits leave nothing to do: \(error)"
    case .journal(let problem): return "answers cannot be kept: \(problem)"
    case .cancelled: return "cancelled"
    }
  }
  // end
  return "done"
}

func selecting(_ recognizer: some Recognizer) async throws -> Transcript? {
  var result: Transcript?
  // snippet: options
  var options = Transcriber.Options()
  options.selection = AudioSelection(
    track: .language("de"), start: Timeline.samples(90), end: Timeline.samples(600))
  options.chunkLength = Timeline.samples(30)
  options.concurrency = 2
  options.deadline = 3600
  let transcriber = Transcriber(options: options)
  // end
  for try await event in transcriber.transcribe("talk.mkv", with: recognizer) {
    if case .finished(let transcript, _) = event { result = transcript }
  }
  return result
}
