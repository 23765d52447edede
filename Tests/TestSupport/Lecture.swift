import Foundation

/// The spoken lecture in Fixtures.
package struct Lecture {
  /// A sentence with its true position in the recording, in samples.
  package struct Sentence {
    package let samples: Range<Int>
    package let text: String
  }

  /// 16 kHz mono.
  package let samples: [Int16]
  package let sentences: [Sentence]

  /// Read once, because decoding the recording takes a process of its own.
  package static let shared = Result { try Lecture() }

  package struct Unreadable: Error {
    let reason: String
  }

  private init() throws {
    let fixtures = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures")
    samples = try Lecture.pcm(of: fixtures.appending(path: "lecture.m4a"))
    sentences = try Lecture.sentences(in: fixtures.appending(path: "lecture.tsv").path)
  }

  /// The sentences in a table that `scripts/make-lecture` wrote.
  package static func sentences(in table: String) throws -> [Sentence] {
    try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").map { line in
      let fields = line.split(separator: "\t")
      guard fields.count == 3, let start = Double(fields[0]), let end = Double(fields[1]) else {
        throw Unreadable(reason: "\(table): \(line)")
      }
      return Sentence(
        samples: Int(start * 16_000)..<Int(end * 16_000), text: String(fields[2]))
    }
  }

  private static func pcm(of recording: URL) throws -> [Int16] {
    let ffmpeg = Process()
    ffmpeg.executableURL = URL(filePath: "/usr/bin/env")
    ffmpeg.arguments = [
      "ffmpeg", "-nostdin", "-v", "error", "-i", recording.path,
      "-f", "s16le", "-ac", "1", "-ar", "16000", "-",
    ]
    let output = Pipe()
    ffmpeg.standardOutput = output
    try ffmpeg.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    ffmpeg.waitUntilExit()
    guard ffmpeg.terminationStatus == 0 else {
      throw Unreadable(reason: "ffmpeg ended with status \(ffmpeg.terminationStatus)")
    }
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 1, by: 2).map {
        Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self))
      }
    }
  }

  /// The samples of a run of sentences, with a quarter of a second around them.
  package func samples(ofSentences indices: ClosedRange<Int>) -> [Int16] {
    let start = sentences[indices.lowerBound].samples.lowerBound - 4_000
    let end = sentences[indices.upperBound].samples.upperBound + 4_000
    return Array(samples[max(0, start)..<min(end, samples.count)])
  }
}
