/// What a service can be sent for a recording: the file as it is, or finished chunks.
public struct PreparedMedia: Sendable {
  /// The plan, with its envelope.
  public var record: JobRecord
  /// What happened while the recording was decoded.
  public var report: DecodeReport
  /// One finished file for each chunk of the plan, in order. They are on temporary storage and vanish with this value.
  public var uploads: [AudioUpload]
  /// Whether the only upload is the recording itself, byte for byte.
  public var isOriginal: Bool
}
