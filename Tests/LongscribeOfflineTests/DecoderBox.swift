import LongscribeOffline
import Synchronization

/// A decoder that several threads can refer to.
final class DecoderBox: Sendable {
  private let decoder: Mutex<PocketSphinxDecoder>

  init(_ decoder: consuming sending PocketSphinxDecoder) {
    self.decoder = Mutex(decoder)
  }

  func decode(_ chunk: [Int16]) throws -> [DecodedWord] {
    try decoder.withLock { decoder in
      try decoder.decode(chunks: [chunk])[0]
    }
  }
}
