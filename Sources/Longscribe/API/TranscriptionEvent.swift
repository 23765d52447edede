/// What happens during a transcription, in order.
public enum TranscriptionEvent: Sendable {
  /// The recording was opened; `track` is the audio track in use.
  case opened(MediaDescription, track: Int)
  /// The job was begun earlier and goes on: what the journal has of it. Chunks that are planned already get no `.planned` again.
  case resumed(JobRecord)
  /// So many samples have been heard.
  case heard(samples: Int64)
  /// A chunk of the plan became final; or, where it `repairs` another, it asks again for what that one left open.
  case planned(Chunk)
  /// A chunk was refused for its length or size, and it and others were planned again; `.planned` for each of the new ones follows.
  case replanned(Replanning)
  /// Nobody speaks in a chunk, so it is not sent.
  case silent(Chunk)
  /// The recording has been heard to its end.
  case listened(DecodeReport)
  /// A chunk is being sent; `attempt` counts from 1.
  case started(Chunk, attempt: Int)
  /// A call failed and will be made again after so many seconds.
  case retrying(Chunk, RecognitionFailure, seconds: Double)
  /// A chunk was answered.
  case answered(Chunk, Recognition)
  /// A chunk's answer was in the journal, so the service was not called.
  case reused(Chunk, Recognition)
  /// A chunk was given up and will be a gap; or, where it `repairs` another, that one's stretch stays open.
  case failed(Chunk, RecognitionFailure)
  /// Text that may still change, of the first chunk that is not final.
  case provisional(String)
  /// The next part of the transcript, for good.
  case final(TranscriptPart)
  /// The whole transcript; the last event.
  case finished(Transcript, JobRecord)
}

/// A running transcription: its events, in order, ending with `.finished` or an error.
public typealias Transcription = EventSequence<TranscriptionEvent>

typealias Reporter = Transcription.Reporter
