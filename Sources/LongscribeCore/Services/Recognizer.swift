/// Something that turns one chunk of audio into text.
///
/// A recogniser knows its limits and is told nothing about plans, journals or other chunks.
public protocol Recognizer: Sendable {
  /// Which service and model this is.
  var identity: RecognizerIdentity { get }
  /// What it accepts.
  var limits: ServiceLimits { get }
  /// The best times that it gives.
  var timeQuality: TimeQuality { get }
  /// Whose account is charged: recognisers with the same value share a service's bounds on calls. It holds no key, means nothing
  /// outside of this process, and is never written anywhere.
  var account: String { get }

  /// All that decides the answer to a chunk besides its audio: two recognisers with the same value would give the same answers, so an
  /// answer of one is used for the other. It holds no key.
  var fingerprint: String { get }

  /// Recognises one chunk.
  ///
  /// Cancelling the task ends the call at once with a failure of code `.cancelled`.
  ///
  /// - Throws: `RecognitionFailure`; an empty text is an answer, not an error.
  func recognize(_ request: RecognitionRequest) async throws(RecognitionFailure) -> Recognition
}

extension Recognizer {
  /// Provider, model and host. A recogniser with options that change its answers has to name those too.
  public var fingerprint: String {
    "\(identity.provider)\n\(identity.model ?? "")\n\(identity.host ?? "")"
  }

  /// One account for each provider and host.
  public var account: String { "\(identity.provider) \(identity.host ?? "")" }
}

/// Which service and model answered.
public struct RecognizerIdentity: Sendable, Hashable, Codable {
  /// The provider's name on the command line.
  public var provider: String
  /// The model, where the service has models.
  public var model: String?
  /// The host that gets the audio; `nil` if it stays on this machine.
  public var host: String?

  /// An identity with every part given.
  public init(provider: String, model: String? = nil, host: String? = nil) {
    self.provider = provider
    self.model = model
    self.host = host
  }
}

/// One call to a recogniser.
public struct RecognitionRequest: Sendable {
  /// The chunk's place in the plan.
  public var chunk: Chunk
  /// 1 for the first try.
  public var attempt: Int
  /// The finished file.
  public var audio: AudioUpload
  /// Called with the text so far while a streamed answer arrives; provisional.
  public var onPartialText: (@Sendable (String) -> Void)?

  /// A request with every part given.
  public init(
    chunk: Chunk, attempt: Int, audio: AudioUpload,
    onPartialText: (@Sendable (String) -> Void)? = nil
  ) {
    self.chunk = chunk
    self.attempt = attempt
    self.audio = audio
    self.onPartialText = onPartialText
  }
}

/// A finished audio file, ready to be sent.
public struct AudioUpload: Sendable {
  /// Its format.
  public var format: AudioFormat
  /// Audio in it, in samples of the timeline.
  public var samples: Int64
  /// Its bytes.
  public var bytes: any AudioBytes

  /// An upload with every part given.
  public init(format: AudioFormat, samples: Int64, bytes: any AudioBytes) {
    self.format = format
    self.samples = samples
    self.bytes = bytes
  }
}

/// Bytes that can be read more than once, from any place.
public protocol AudioBytes: Sendable {
  /// How many there are.
  var byteCount: Int64 { get }

  /// Copies bytes from `offset` on into a buffer and returns how many; 0 only at the end.
  ///
  /// - Throws: If the storage fails.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension AudioBytes {
  /// Fills a buffer from the beginning and returns how many bytes there were for it.
  ///
  /// - Throws: If the storage fails.
  public func readAll(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var position = 0
    while position < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
      let count = try read(at: Int64(position), into: rest)
      guard count > 0 else { break }
      position += count
    }
    return position
  }
}
