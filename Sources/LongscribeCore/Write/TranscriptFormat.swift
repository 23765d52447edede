/// A kind of file that a transcript can be written as.
public enum TranscriptFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// A line for each segment.
  case txt
  /// SubRip.
  case srt
  /// WebVTT.
  case vtt
  /// Tab-separated start and end in milliseconds, and text, under a header.
  case tsv
  /// OpenAI's `verbose_json`, with what Longscribe knows beyond it under `longscribe`.
  case json
  /// Lyrics with a time for each line.
  case lrc

  /// The extension of its files.
  public var fileExtension: String { rawValue }

  /// The transcript as the content of such a file, with `\n` line ends and one at its end.
  public func write(_ transcript: Transcript) -> String {
    switch self {
    case .json: JSONTranscript.write(transcript)
    case .txt: PlainText.write(CueLayout.cues(transcript))
    case .srt: SubRip.write(CueLayout.cues(transcript))
    case .vtt: WebVTT.write(CueLayout.cues(transcript))
    case .tsv: TabSeparated.write(CueLayout.cues(transcript))
    case .lrc: Lyrics.write(CueLayout.cues(transcript))
    }
  }
}
