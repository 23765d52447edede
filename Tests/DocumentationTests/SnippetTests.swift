import Foundation
import Longscribe
import LongscribeOffline
import Synchronization
import TestSupport
import Testing

/// The code in the documentation.
struct SnippetTests {
  @Test(arguments: Snippets.blocks)
  func `code in an article is code that is compiled`(_ block: Snippets.Block) throws {
    let compiled = try Snippets.compiled(block.language)
    #expect(
      compiled.values.contains { Self.trimmed($0) == Self.trimmed(block.code) },
      "no snippet of \(block.language) is the same as this block")
  }

  private static func trimmed(_ code: String) -> String {
    code.trimmingCharacters(in: .newlines)
  }

  @Test
  func `every snippet is shown, and every article shows some`() throws {
    let blocks = Snippets.blocks
    for language in ["swift", "c", "python"] {
      let shown = Set(blocks.filter { $0.language == language }.map { Self.trimmed($0.code) })
      for (name, code) in try Snippets.compiled(language) {
        #expect(shown.contains(Self.trimmed(code)), "\(name) is not shown")
      }
    }
    let articles = Set(blocks.map(\.article))
    #expect(articles == Set(Snippets.articles).subtracting(["Longscribe.md"]))
  }

  /// This package's own tests see what only the package may see.
  @Test
  func `snippets need nothing that is not public`() async throws {
    let modules = "\(Programs.products)/Modules"
    let result = try await Programs.run(
      "/usr/bin/env",
      ["swiftc", "-typecheck", "-swift-version", "6", "-I", modules] + Toolchain.moduleMaps
        + Snippets.swiftFiles)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test
  func `the first snippet transcribes the lecture`() async throws {
    let folder = try TemporaryFolder()
    let recording = folder.file("start.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -i \(Programs.fixture("lecture.m4a")) -t 15 \(recording)")
    let text = try await firstTranscript(of: recording)
    #expect(text.split(separator: " ").count > 10)
  }

  @Test
  func `the recogniser of one's own gets files that it takes, and its texts come back`()
    async throws
  {
    // No word comes twice, or stitching would be right to take one away.
    let syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "vo"]
    let texts = Mutex<[String]>([])
    let recognizer = LocalServer { audio in
      #expect(audio.starts(with: Data("RIFF".utf8)))
      #expect(audio.count <= 30 * 32_000 + 44)
      return texts.withLock { texts in
        let own = syllables[texts.count % 12] + (texts.count < 12 ? "" : "x")
        texts.append(syllables.map { "\(own)\($0)" }.joined(separator: " "))
        return texts[texts.count - 1]
      }
    }
    var lines: [String] = []
    try await following(Programs.fixture("lecture.m4a"), recognizer) { lines.append($0) }
    let written = Set(lines.flatMap { $0.split(separator: " ") })
    let sent = texts.withLock { $0 }
    // So few words make it ask again for some; what such a call answers is believed only where it fits.
    let kept = sent.filter { $0.split(separator: " ").count { written.contains($0) } >= 9 }
    #expect(kept.count >= 7, "\(sent): \(lines)")
    #expect(timed([("one", 0, 0.5), ("two", 0.5, 1)]).words.last?.range.end == 16_000)
    #expect(tooLong().learnt?.maximumSamples == 320_000)
  }

  @Test
  func `a split recording is put together again`() async throws {
    let folder = try TemporaryFolder()
    let files = try await splitting(Programs.fixture("lecture.m4a"), into: folder.path)
    #expect(files.count >= 4)
    let texts = files.indices.map { "{\"text\": \"number \($0)\"}" }
    for (file, text) in zip(files, texts) {
      let stem = file.prefix { $0 != "." }
      try text.write(toFile: folder.file("\(stem).json"), atomically: true, encoding: .utf8)
    }
    let transcript = try await stitching(folder.path)
    #expect(transcript.text.contains("number 0"))
    #expect(transcript.gaps.isEmpty)
    let plan = try Data(contentsOf: URL(fileURLWithPath: folder.file("plan.json")))
    let bodies = Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($0, Data($1.utf8)) })
    #expect(try stitching(plan, bodies).text == transcript.text)
    var damaged = bodies
    damaged[0] = Data("{".utf8)
    #expect(try stitching(plan, damaged).gaps.count == 1)
    #expect(try await preparing(Programs.fixture("lecture.m4a")) == 1)
  }

  @Test
  func `errors are told as the article says`() async throws {
    let recognizer = LocalServer { _ in "" }
    let text = await handlingErrors(Programs.fixture("lecture.txt"), recognizer)
    #expect(text.hasPrefix("not a recording that can be heard: "))
    #expect(try service(key: "id.secret").identity.model == "glm-asr-2512")
    #expect(try compatible(key: "secret").limits.maximumBytes == 100_000_000)
    #expect(try asking(.openAI, key: "secret").identity.provider == "openai")
    #expect(comparing().count > 8)
    #expect(try await planning(Programs.fixture("lecture.m4a")) >= 4)
  }
}
