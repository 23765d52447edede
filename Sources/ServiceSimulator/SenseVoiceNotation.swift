/// The notes on language, mood and sounds that the SenseVoice model puts into its text.
struct SenseVoiceNotation: Sendable {
  let marks: ServiceSimulator.SenseVoiceMarks
  let language: ServiceSimulator.Language

  func text(of recognition: Recognition) -> String {
    let separator = language == .english ? " " : ""
    switch marks {
    case .none:
      return recognition.text
    case .tags:
      let code = language == .english ? "en" : "zh"
      let moods = ["NEUTRAL", "HAPPY", "EMO_UNKNOWN"]
      return texts(of: recognition).enumerated().map { index, text in
        "<|\(code)|><|\(moods[index % moods.count])|><|Speech|><|withitn|>\(text)"
      }.joined(separator: separator)
    case .emoji:
      // Sounds stand before a sentence, moods after it.
      let sounds = ["", "🎼", "", "👏"]
      let moods = ["😊", "", "😔"]
      return texts(of: recognition).enumerated().map { index, text in
        sounds[index % sounds.count] + text + moods[index % moods.count]
      }.joined(separator: separator)
    }
  }

  private func texts(of recognition: Recognition) -> [String] {
    recognition.segments.isEmpty ? [recognition.text] : recognition.segments.map(\.text)
  }
}
