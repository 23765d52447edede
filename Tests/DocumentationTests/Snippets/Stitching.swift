import Foundation
import Longscribe

func splitting(_ recording: String, into folder: String) async throws -> [String] {
  var files: [String] = []
  // snippet: split
  let limits = ServiceProfile.glm.model("glm-asr").limits
  for try await event in Transcriber().split(recording, into: folder, for: limits) {
    if case .finished(let split) = event { files = split.files }
  }
  // end
  return files
}

func stitching(_ folder: String) async throws -> Transcript {
  // snippet: stitch-folder
  let answers = try await AnswerFolder.read(folder)
  for finding in answers.unreadable { print("\(finding.name): \(finding.failure)") }
  let transcript = answers.record.transcript()
  // end
  return transcript
}

func stitching(_ planJSON: Data, _ bodies: [Int: Data]) throws -> Transcript {
  // snippet: stitch-data
  let plan = try PlanDocument(json: planJSON)
  var answers: [Int: Recognition] = [:]
  var failures: [Int: RecognitionFailure] = [:]
  for (chunk, body) in bodies {
    do {
      answers[chunk] = try Recognition(answer: body, mayBeText: true)
    } catch {
      failures[chunk] = error
    }
  }
  let transcript = plan.record(answers: answers, failures: failures).transcript()
  // end
  return transcript
}

func preparing(_ recording: String) async throws -> Int {
  // snippet: prepare
  let limits = ServiceProfile.coze.model(nil).limits
  let media = try await Transcriber().prepare(recording, for: limits)
  for (chunk, upload) in zip(media.record.sentPlan, media.uploads) {
    print("\(chunk.fileName(in: upload.format)): \(upload.bytes.byteCount) bytes")
  }
  // end
  return media.uploads.count
}
