import LongscribeCore
import Testing

@Suite("Tokens and joining")
struct TokenizerTests {
  @Test(
    "Tokens put together are the text, to the letter",
    arguments: [
      "Hello, world.", "  “Quoted” (text) – and more… ", "你好，世界。今天是2024年。", "ภาษาไทย สวัสดี",
      "한국어 문장입니다. 네!", "3.14 and 1,000 at 12:30", "don't state-of-the-art AT&T", "👍🏽 emoji 👨‍👩‍👧 é ñ",
      "مرحبا بالعالم", "。。。", "", "カタカナ ｶﾀｶﾅ",
    ])
  func roundTrip(text: String) {
    let tokens = Tokenizer.tokens(of: text, segment: 0)
    let joined = tokens.map(\.text).joined()
    #expect(joined == text || tokens.isEmpty)
  }

  @Test(
    "Tokens are words, or characters where a script has no spaces",
    arguments: [
      ("Hello, world.", ["hello", "world"]),
      ("你好 world", ["你", "好", "world"]),
      ("don't stop", ["don't", "stop"]),
      ("1,000.5 km", ["1,000.5", "km"]),
      ("한국어 문장", ["한국어", "문장"]),
      ("ＡＢＣ１２", ["abc12"]),
      ("state-of-the-art", ["state-of-the-art"]),
    ] as [(String, [String])])
  func keys(text: String, expected: [String]) {
    #expect(Tokenizer.tokens(of: text, segment: 0).map(\.key) == expected)
  }

  @Test(
    "Pieces are joined as their scripts ask for",
    arguments: [
      (["Hello.", "World."], "Hello. World."),
      (["你好，", "世界。"], "你好，世界。"),
      (["这是", "English"], "这是English"),
      (["안녕", "하세요"], "안녕 하세요"),
      (["", "a", "", "b"], "a b"),
      (["a ", "b"], "a b"),
    ] as [([String], String)])
  func joining(pieces: [String], expected: String) {
    #expect(Joining.joined(pieces) == expected)
  }
}
