import Foundation
import LongscribeOffline

/// Runs `work` on a thread of its own, so that decoding never blocks the pool that runs the tests.
func onThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result(catching: work)) }.start()
  }
}

/// Decodes each chunk in turn, with one new decoder, on a thread of its own.
func decode(_ chunks: [[Int16]]) async throws -> [[DecodedWord]] {
  try await onThread {
    var decoder = try PocketSphinxDecoder(model: .locate())
    return try decoder.decode(chunks: chunks)
  }
}

extension PocketSphinxDecoder {
  /// Decodes each chunk in turn.
  mutating func decode(chunks: [[Int16]]) throws(PocketSphinxError) -> [[DecodedWord]] {
    var results: [[DecodedWord]] = []
    for chunk in chunks {
      results.append(
        try chunk.withUnsafeBufferPointer { samples throws(PocketSphinxError) in
          try decode(samples)
        })
    }
    return results
  }
}
