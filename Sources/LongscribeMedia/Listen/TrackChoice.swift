import LongscribeCore

/// Finds the track that is meant.
enum TrackChoice {
  /// Codes of languages that have more than one: ISO 639-1, then ISO 639-2's terminological and bibliographic ones.
  private static let synonyms: [[String]] = [
    ["ar", "ara"], ["bn", "ben"], ["ca", "cat"], ["cs", "ces", "cze"], ["da", "dan"],
    ["de", "deu", "ger"], ["el", "ell", "gre"], ["en", "eng"], ["es", "spa"],
    ["fa", "fas", "per"], ["fi", "fin"], ["fr", "fra", "fre"], ["he", "heb"], ["hi", "hin"],
    ["hu", "hun"], ["id", "ind"], ["it", "ita"], ["ja", "jpn"], ["ko", "kor"],
    ["ms", "msa", "may"], ["nl", "nld", "dut"], ["no", "nor"], ["pl", "pol"], ["pt", "por"],
    ["ro", "ron", "rum"], ["ru", "rus"], ["sv", "swe"], ["ta", "tam"], ["th", "tha"],
    ["tr", "tur"], ["uk", "ukr"], ["ur", "urd"], ["vi", "vie"], ["zh", "zho", "chi"],
    ["yue", "yue"],
  ]

  static func track(
    _ choice: AudioSelection.Track, of description: MediaDescription, file: MediaFile
  ) throws(MediaError) -> MediaDescription.Track {
    guard let standard = description.defaultTrack else {
      throw MediaError(.noAudio, file: file.displayName)
    }
    switch choice {
    case .standard: return standard
    case .number(let index):
      guard description.tracks.indices.contains(index) else {
        throw MediaError(
          .noSuchTrack, file: file.displayName, detail: "it has \(description.tracks.count)")
      }
      return description.tracks[index]
    case .language(let code):
      let wanted = canonical(code)
      let found = description.tracks.first { $0.language.map(canonical) == wanted }
      guard let found else {
        let languages = description.tracks.map { $0.language ?? "none" }.joined(separator: ", ")
        throw MediaError(
          .noSuchTrack, file: file.displayName,
          detail: "'\(FileName.printable(code))'; the languages of its tracks: \(languages)")
      }
      return found
    }
  }

  /// Refuses a channel that the track does not have, as far as its header tells.
  static func checkChannel(
    _ channel: AudioSelection.Channel, of track: MediaDescription.Track, file: MediaFile
  ) throws(MediaError) {
    let needed =
      switch channel {
      case .mix, .left: 1
      case .right: 2
      case .number(let index): index + 1
      }
    guard track.channels > 0, needed > track.channels else { return }
    let count = track.channels == 1 ? "1 channel" : "\(track.channels) channels, from 0"
    throw MediaError(
      .noSuchChannel, file: file.displayName, detail: "\(channel.name); the track has \(count)")
  }

  /// One spelling for all codes of a language; regions do not matter.
  private static func canonical(_ code: String) -> String {
    let language = code.lowercased().prefix { $0 != "-" && $0 != "_" }
    return synonyms.first { $0.contains(String(language)) }?[0] ?? String(language)
  }
}
