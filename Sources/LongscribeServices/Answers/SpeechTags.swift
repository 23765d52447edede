private import Foundation

/// What SenseVoice writes beside the words: language, feelings and events, as tags or as the emoji that stand for them.
///
/// Source: the model's own post-processing (github.com/FunAudioLLM/SenseVoice, webui.py). Exactly these are taken out, not every emoji: others
/// were dictated. They would break the comparison of overlaps if they stayed.
package enum SpeechTags {
  private static let tag = try? NSRegularExpression(pattern: #"<\|[A-Za-z_]+\|>"#)

  /// 😊 😔 😡 😰 🤢 😮 for feelings, 🎼 👏 😀 😭 🤧 😷 for events, ❓ for no speech.
  private static let signs: Set<Character> = [
    "😊", "😔", "😡", "😰", "🤢", "😮", "🎼", "👏", "😀", "😭", "🤧", "😷", "❓",
  ]

  /// A text without them.
  package static func stripped(from text: String) -> String {
    var text = text
    if text.contains("<|"), let tag {
      text = tag.stringByReplacingMatches(
        in: text, range: NSRange(text.startIndex..., in: text), withTemplate: " ")
    }
    guard text.contains(where: signs.contains) else { return collapsed(text) }
    return collapsed(String(text.map { signs.contains($0) ? " " : $0 }))
  }

  /// Runs of spaces, which the tags leave, as one.
  private static func collapsed(_ text: String) -> String {
    guard text.contains("  ") else { return text }
    return text.replacing(/\ {2,}/, with: " ")
  }
}
