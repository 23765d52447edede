/// Both answers whole, one after the other.
///
/// Source: what programs do that cut without overlap (open-webui, LangChain's OpenAIWhisperParser).
package struct PlainJoining: CuttingRule {
  package let name = "plain joining"

  package init() {}

  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int) {
    (pair.left.words.count, 0)
  }
}
