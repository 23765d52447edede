import TestSupport
import LongscribeOffline
import Testing

@Suite("Decoding", .timeLimit(.minutes(10)))
struct PocketSphinxDecoderTests {
  @Test("A chunk gives the same words first, later, and on another decoder")
  func independence() async throws {
    let lecture = try Lecture.shared.get()
    let chunk = lecture.samples(ofSentences: 3...5)
    let other = lecture.samples(ofSentences: 6...7)
    let quiet = chunk.map { $0 / 16 }

    let first = try await decode([chunk])[0]
    #expect(first.count > 20)

    let later = try await decode([
      other, chunk, chunk, quiet, chunk, fullScaleNoise(count: 48_000), chunk, [], chunk,
      [Int16](repeating: 1, count: 48_000), chunk,
    ])
    for index in [1, 2, 4, 6, 8, 10] {
      #expect(later[index] == first, "chunk at \(index)")
    }
    #expect(try await decode([quiet])[0] == later[3])
  }

  @Test("Decoders on several threads give the words that one gives alone")
  func threads() async throws {
    let lecture = try Lecture.shared.get()
    let chunks = [0...1, 3...4, 6...7, 9...10].map { lecture.samples(ofSentences: $0) }
    let alone = try await decode(chunks)

    let together = try await withThrowingTaskGroup(of: (Int, [[DecodedWord]]).self) { group in
      for offset in chunks.indices {
        let rotated = Array(chunks[offset...] + chunks[..<offset])
        group.addTask { (offset, try await decode(rotated)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for offset in chunks.indices {
      #expect(together[offset] == Array(alone[offset...] + alone[..<offset]), "thread \(offset)")
    }
  }

  @Test("One decoder can move from thread to thread")
  func moves() async throws {
    let chunk = try Lecture.shared.get().samples(ofSentences: 3...3)
    let box = try await onThread {
      DecoderBox(try PocketSphinxDecoder(model: .locate()))
    }
    let first = try await onThread { try box.decode(chunk) }
    let second = try await onThread { try box.decode(chunk) }
    #expect(!first.isEmpty)
    #expect(first == second)
  }

  @Test("Very short audio gives no words", arguments: [0, 1, 100, 160, 409, 410, 411, 1_600])
  func short(count: Int) async throws {
    let chunk = try Lecture.shared.get().samples(ofSentences: 3...3)
    let results = try await decode([Array(chunk.prefix(count)), fullScaleNoise(count: count)])
    #expect(results == [[], []])
  }

  @Test("Digital silence gives no words")
  func silence() async throws {
    #expect(try await decode([[Int16](repeating: 0, count: 160_000)]) == [[]])
  }

  @Test("Full-scale noise and a constant end, with words in their order inside the audio")
  func noise() async throws {
    let results = try await decode([
      fullScaleNoise(count: 160_000), [Int16](repeating: .max, count: 160_000),
      [Int16](repeating: .min, count: 160_000),
    ])
    for words in results {
      #expect(words.allSatisfy { 0 <= $0.startFrame && $0.startFrame < $0.endFrame })
      #expect(words.allSatisfy { $0.endFrame <= 1_000 })
    }
  }

  @Test("A paragraph has few word errors, and its sentences start where they were spoken")
  func accuracy() async throws {
    let lecture = try Lecture.shared.get()
    let sentences = lecture.sentences[3...8]
    let origin = sentences[3].samples.lowerBound - 4_000
    let words = try await decode([lecture.samples(ofSentences: 3...8)])[0]

    let spoken = sentences.flatMap { plainWords($0.text) }
    let errors = wordErrors(spoken: spoken, heard: words.map(\.text))
    #expect(Double(errors) <= 0.1 * Double(spoken.count), "\(errors) of \(spoken.count)")

    #expect(zip(words, words.dropFirst()).allSatisfy { $0.endFrame <= $1.startFrame })
    for sentence in sentences {
      let start = (sentence.samples.lowerBound - origin) / 160
      let nearest = words.map { abs($0.startFrame - start) }.min()
      #expect(nearest ?? .max <= 10, "frames off at '\(sentence.text)'")
    }
  }
}
