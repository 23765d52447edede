/// The sliding match over tokens: here words, or characters of a script without spaces.
///
/// Source: Hugging Face transformers, `_find_longest_common_sequence` in models/whisper/tokenization_whisper.py, as it works without
/// word times.
struct TransformersRule: CuttingRule {
  let name = "HF transformers"
  let expectsSharedWords = true

  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int) {
    SlidingMatch.cut(pair.left.words.map(\.text), pair.right.words.map(\.text))
  }
}
