/// What happens while a recording is converted or split, in order.
public enum MediaEvent<Result: Sendable>: Sendable {
  /// The recording was opened; `track` is the audio track in use.
  case opened(MediaDescription, track: Int)
  /// The recording has been heard up to here, in samples of the timeline.
  case heard(Int64)
  /// A chunk has been written to its file.
  case wrote(Chunk)
  /// All is written; the last event.
  case finished(Result)
}

/// A running plan: its events, ending with `.finished` or an error.
public typealias Planning = EventSequence<MediaEvent<PlannedMedia>>

/// A running conversion: its events, ending with `.finished` or an error.
public typealias Conversion = EventSequence<MediaEvent<ConvertedFile>>

/// A running split: its events, ending with `.finished` or an error.
public typealias Split = EventSequence<MediaEvent<SplitFiles>>

/// A recording that has been planned, but not sent.
public struct PlannedMedia: Sendable {
  /// The plan, with its envelope.
  public var record: JobRecord
  /// What happened while the recording was decoded.
  public var report: DecodeReport
  /// The chunks, by index, that `transcribe` would not send, because the journal has their answers. Empty where no recogniser was named.
  public var answered: Set<Int> = []
}

/// The form of a converted file.
public struct FileForm: Sendable, Hashable {
  /// The kind of file.
  public var format: AudioFormat
  /// Samples a second; `nil` for 16,000, which is what recognisers hear. A format that has not this rate gets its next higher one.
  public var sampleRate: Int?
  /// 1 or 2; `nil` for 1.
  public var channels: Int?
  /// Bits a second, for formats that have a choice; `nil` for the format's own.
  public var bitRate: Int64?

  /// A form; what is not given is what speech services need.
  public init(
    format: AudioFormat, sampleRate: Int? = nil, channels: Int? = nil, bitRate: Int64? = nil
  ) {
    self.format = format
    self.sampleRate = sampleRate
    self.channels = channels
    self.bitRate = bitRate
  }
}

/// A finished file.
public struct ConvertedFile: Sendable, Hashable {
  /// Where it is.
  public var path: String
  /// The kind of file.
  public var format: AudioFormat
  /// Samples a second.
  public var sampleRate: Int
  /// Channels.
  public var channels: Int
  /// Samples of each channel.
  public var samples: Int64
  /// Size in bytes.
  public var byteCount: Int64
  /// What happened while the recording was decoded.
  public var report: DecodeReport
  /// Whether it is a copy of the recording, byte for byte.
  public var isOriginal: Bool
}

/// Finished chunk files and their plan.
public struct SplitFiles: Sendable {
  /// The folder.
  public var folder: String
  /// The names of the chunks' files in the folder, in the plan's order.
  public var files: [String]
  /// The plan, with its envelope; `PlanDocument` of it is in the folder as `plan.json`.
  public var record: JobRecord
  /// What happened while the recording was decoded.
  public var report: DecodeReport
  /// Whether the only file is a copy of the recording, byte for byte.
  public var isOriginal: Bool
}
