private import Foundation
public import LongscribeCore
private import LongscribeThreads
private import Synchronization

/// PocketSphinx on this machine: English, rough, free, and nothing leaves the machine.
///
/// Each chunk is recognised by itself, so the text of a chunk does not depend on which chunks were recognised before, in which
/// order, or by how many workers.
public final class OfflineRecognizer: Recognizer {
  private let lanes: ThreadLanes
  private let decoders: DecoderPool
  private let workers: Int

  /// A recogniser with a number of workers, each of which takes about 100 MB once it works.
  ///
  /// - Parameters:
  ///   - workers: Chunks recognised at a time; `nil` for as many as there are cores.
  ///   - modelFolder: Where the English model lies; `nil` for Debian's place.
  /// - Throws: `RecognitionFailure` that names the package to install if library or model is missing.
  public init(workers: Int? = nil, modelFolder: String? = nil) throws(RecognitionFailure) {
    do throws(PocketSphinxError) {
      decoders = DecoderPool(
        model: try PocketSphinxModel.locate(in: modelFolder ?? PocketSphinxModel.debianFolder))
    } catch {
      throw Self.failure(error)
    }
    self.workers = max(1, workers ?? ProcessInfo.processInfo.activeProcessorCount)
    lanes = ThreadLanes(name: "longscribe offline", most: self.workers)
  }

  /// Provider `offline`; the model's language is its name.
  public var identity: RecognizerIdentity {
    RecognizerIdentity(provider: "offline", model: "pocketsphinx-en-us")
  }

  /// A minute at a time: longer chunks are no better and let the text wait.
  public var limits: ServiceLimits {
    ServiceLimits(
      maximumSamples: 60 * Timeline.sampleRate, marginSamples: 0,
      minimumSamples: Timeline.sampleRate / 2, maximumBytes: 100_000_000, formats: [.pcm],
      maximumInFlight: workers)
  }

  /// Each word has a time.
  public var timeQuality: TimeQuality { .words }

  /// Recognises one chunk. A decoding that has begun cannot be interrupted; when the task is cancelled, nobody waits for it.
  public func recognize(
    _ request: RecognitionRequest
  ) async throws(RecognitionFailure) -> Recognition {
    let decoders = decoders
    let audio = request.audio
    let result = await lanes.runUnlessCancelled { () -> Result<[DecodedWord], RecognitionFailure> in
      do throws(RecognitionFailure) {
        return .success(try Self.decode(audio, with: decoders))
      } catch {
        return .failure(error)
      }
    }
    guard let result else { throw Self.cancelled }
    return Self.recognition(try result.get())
  }

  private static func decode(
    _ audio: AudioUpload, with decoders: DecoderPool
  ) throws(RecognitionFailure) -> [DecodedWord] {
    var samples = [Int16](repeating: 0, count: Int(audio.bytes.byteCount / 2))
    do {
      let count = try samples.withUnsafeMutableBytes { try audio.bytes.readAll(into: $0) }
      samples.removeLast(samples.count - count / 2)
    } catch {
      throw RecognitionFailure(
        .audioUnavailable, message: "the audio could not be read again", retry: .never)
    }
    do throws(PocketSphinxError) {
      return try decoders.decode(samples)
    } catch {
      throw failure(error)
    }
  }

  private static func recognition(_ words: [DecodedWord]) -> Recognition {
    let frame = Timeline.sampleRate / Int64(DecodedWord.framesPerSecond)
    return Recognition(
      text: words.map(\.text).joined(separator: " "),
      words: words.map { word in
        Recognition.Word(
          range: TimelineRange(Int64(word.startFrame) * frame, Int64(word.endFrame) * frame),
          text: word.text)
      },
      language: "english")
  }

  private static let cancelled = RecognitionFailure(.cancelled, message: "cancelled", retry: .never)

  private static func failure(_ error: PocketSphinxError) -> RecognitionFailure {
    switch error {
    case .decodingFailed:
      RecognitionFailure(.serverError, message: error.description, retry: .never)
    default:
      RecognitionFailure(
        .recognizerUnavailable, message: error.description, retry: .never, affectsAllChunks: true)
    }
  }
}

/// Decoders that wait for work; one is made for each worker, when it is first needed.
private final class DecoderPool: Sendable {
  /// A decoder cannot be copied, so arrays cannot hold it; a box can be passed around.
  private final class Box: Sendable {
    private let decoder: Mutex<PocketSphinxDecoder>

    init(_ decoder: consuming sending PocketSphinxDecoder) {
      self.decoder = Mutex(decoder)
    }

    func decode(_ samples: [Int16]) throws(PocketSphinxError) -> [DecodedWord] {
      try decoder.withLock { decoder throws(PocketSphinxError) in
        try samples.withUnsafeBufferPointer { samples throws(PocketSphinxError) in
          try decoder.decode(samples)
        }
      }
    }
  }

  private let model: PocketSphinxModel
  private let idle = Mutex<[Box]>([])

  init(model: PocketSphinxModel) {
    self.model = model
  }

  func decode(_ samples: [Int16]) throws(PocketSphinxError) -> [DecodedWord] {
    let decoder: Box
    if let waiting = idle.withLock({ $0.popLast() }) {
      decoder = waiting
    } else {
      decoder = Box(try PocketSphinxDecoder(model: model))
    }
    defer { idle.withLock { $0.append(decoder) } }
    return try decoder.decode(samples)
  }
}
