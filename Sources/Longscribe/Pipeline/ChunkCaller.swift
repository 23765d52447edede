import LongscribeMedia
import LongscribeThreads

/// Renders a chunk and makes one call with it.
struct ChunkCaller<R: Recognizer>: Sendable {
  let recognizer: R
  /// The shortest audio that it takes, in samples.
  let minimum: Int64
  let renderer: Renderer
  let lanes: ThreadLanes

  func call(
    _ chunk: Chunk, attempt: Int, format: AudioFormat, original: AudioUpload?,
    onPartialText: @escaping @Sendable (String) -> Void
  ) async -> Result<Recognition, RecognitionFailure> {
    let audio: AudioUpload
    if let original {
      audio = original
    } else {
      let renderer = renderer
      let minimum = minimum
      let rendered = await lanes.run {
        Transcriber.result { () throws(MediaError) in
          try renderer.render(chunk.audio, as: format, minimum: minimum)
        }
      }
      switch rendered {
      case .success(let upload): audio = upload
      case .failure(let error):
        return .failure(
          RecognitionFailure(.audioUnavailable, message: error.description, retry: .never))
      }
    }
    do throws(RecognitionFailure) {
      return .success(
        try await recognizer.recognize(
          RecognitionRequest(
            chunk: chunk, attempt: attempt, audio: audio, onPartialText: onPartialText)))
    } catch {
      return .failure(error)
    }
  }
}
