import Longscribe
import LongscribeOffline
import TestSupport
import Testing

/// Speech whose sentences are known, heard by a real recogniser: in chunks that are stitched, and in pieces that need no stitching.
///
/// Half of the paragraphs are spoken without pauses between their sentences, so that seams lie in pauses and in speech. A piece
/// holds whole sentences and is about as long as a chunk, so that both hear equally much around each word: what is then worse in the
/// stitched text is the stitching's doing.
@Suite("Stitched speech", .serialized)
struct StitchedSpeechTests {
  private static let minutes = 4
  /// Three to four sentences, so that the recording has many seams. With two lengths the cuts lie in other places: what the recogniser makes
  /// of a word depends on all that it hears with it, and one set of cuts moves the rate by a point either way.
  private static let lengths = [16, 20].map { $0 * Timeline.sampleRate }

  /// Whole sentences that are recognised by themselves.
  private struct Piece: Sendable {
    var samples: Range<Int64>
    var spoken: [String]
  }

  /// Groups sentences into pieces of at most one chunk's length, which meet in the middle between two sentences.
  private static func pieces(of sentences: [Lecture.Sentence], longest: Int64) -> [Piece] {
    var pieces: [Piece] = []
    var before = 0
    for sentence in sentences {
      let cut = Int64(before + sentence.samples.lowerBound) / 2
      let end = Int64(sentence.samples.upperBound)
      let words = plainWords(sentence.text)
      if let start = pieces.last?.samples.lowerBound, end - start <= longest {
        pieces[pieces.count - 1].samples = start..<end
        pieces[pieces.count - 1].spoken += words
      } else {
        if let start = pieces.last?.samples.lowerBound {
          pieces[pieces.count - 1].samples = start..<cut
        }
        pieces.append(Piece(samples: cut..<end, spoken: words))
      }
      before = sentence.samples.upperBound
    }
    return pieces
  }

  private static func transcript(
    of recording: String, _ options: Transcriber.Options, with recognizer: OfflineRecognizer
  ) async throws -> Transcript {
    var result: Transcript?
    for try await event in Transcriber(options: options).transcribe(recording, with: recognizer) {
      if case .finished(let transcript, _) = event { result = transcript }
    }
    return try #require(result)
  }

  /// The errors in all pieces, each heard by itself.
  private static func errors(
    in pieces: [Piece], of recording: String, with recognizer: OfflineRecognizer
  ) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for piece in pieces {
        group.addTask {
          let selection = AudioSelection(
            start: piece.samples.lowerBound, end: piece.samples.upperBound)
          let alone = try await transcript(
            of: recording, Transcriber.Options(selection: selection), with: recognizer)
          #expect(alone.chunks.count == 1)
          return wordErrors(spoken: piece.spoken, heard: plainWords(alone.text))
        }
      }
      return try await group.reduce(0, +)
    }
  }

  @Test("Four minutes in chunks are at most one point worse than in pieces of whole sentences")
  func asGoodAsInPieces() async throws {
    let folder = try TemporaryFolder()
    try await Programs.shell(
      "'\(Programs.root)/scripts/make-lecture' --minutes \(Self.minutes) '\(folder.path)'")
    let recording = folder.file("lecture.m4a")
    let sentences = try Lecture.sentences(in: folder.file("lecture.tsv"))
    let spoken = sentences.flatMap { plainWords($0.text) }
    let recognizer = try OfflineRecognizer()

    var (errors, errorsInPieces, seams, inSpeech) = (0, 0, 0, 0)
    for longest in Self.lengths {
      let pieces = Self.pieces(of: sentences, longest: longest)
      errorsInPieces += try await Self.errors(in: pieces, of: recording, with: recognizer)
      let stitched = try await Self.transcript(
        of: recording, Transcriber.Options(chunkLength: longest), with: recognizer)
      errors += wordErrors(spoken: spoken, heard: plainWords(stitched.text))
      seams += stitched.seams.count
      inSpeech += stitched.seams.count { $0.kind != .pause }
      #expect(stitched.length >= Int64(Self.minutes) * 60 * Timeline.sampleRate)
    }
    let words = Double(spoken.count * Self.lengths.count)
    let (rate, inPieces) = (Double(errors) / words, Double(errorsInPieces) / words)
    print(
      "word error rate: \(rate) stitched over \(seams) seams, \(inSpeech) of them in speech; "
        + "\(inPieces) in pieces")
    #expect(seams >= 25)
    #expect(inSpeech >= 8)
    // Worse than that, nothing is heard that could be stitched well or badly.
    #expect(inPieces < 0.1)
    #expect(rate <= inPieces + 0.01)
  }
}
