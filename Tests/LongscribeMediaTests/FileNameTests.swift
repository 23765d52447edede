import LongscribeMedia
import TestSupport
import Testing

@Suite("Names of files")
struct FileNameTests {
  @Test("Any bytes come back from the text they become")
  func roundTrip() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<12, using: &random)
      // Bytes of the escapes themselves, of lead and of trail bytes are the ones that could be mixed up.
      let interesting: [UInt8] = [0xF4, 0x8F, 0xBE, 0xBF, 0xBC, 0x80, 0xFF, 0xC3, 0xA9, 0x41, 0xE4]
      let bytes = (0..<count).map { _ in
        Bool.random(using: &random)
          ? interesting.randomElement(using: &random) ?? 0
          : UInt8.random(in: 1...255, using: &random)
      }
      #expect(FileName.bytes(FileName.text(bytes)) == bytes)
    }
  }

  @Test("Text is itself", arguments: ["", "lecture.m4a", "讲座.mp3", "é.wav", "\u{10FF7F}"])
  func text(_ name: String) {
    #expect(FileName.text(Array(name.utf8)) == name)
    #expect(FileName.bytes(name) == Array(name.utf8))
  }

  @Test("Bytes that are no text, and what moves the cursor, are printed as marks")
  func printable() {
    #expect(FileName.printable(FileName.text([0x61, 0xFF, 0x07, 0x62])) == "a\u{FFFD}\u{FFFD}b")
  }
}
