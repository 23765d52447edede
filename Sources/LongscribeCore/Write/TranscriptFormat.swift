/// A kind of file that a transcript can be written as.
public enum TranscriptFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// A line for each segment.
  case txt
  /// SubRip.
  case srt
  /// WebVTT.
  case vtt
  /// Tab-separated start and end in milliseconds, and text, under a header; a row for each segment.
  case tsv
  /// OpenAI's `verbose_json`, with what Longscribe knows beyond it under `longscribe`.
  case json
  /// Lyrics with a time for each line.
  case lrc

  /// The extension of its files.
  public var fileExtension: String { rawValue }

  /// Whether it is shown while a recording is played, so that its entries are laid out to be read; the others have the segments as they are.
  public var isSubtitles: Bool {
    switch self {
    case .srt, .vtt, .lrc: true
    case .txt, .tsv, .json: false
    }
  }

  /// The transcript as the content of such a file, with `\n` line ends and one at its end.
  ///
  /// - Parameters:
  ///   - style: How subtitles are laid out. Lyrics have one line where subtitles have several, and no underlined words.
  ///   - envelope: The recording's loudness, which tells when words are said where the service does not. Without it the time of a segment is
  ///     shared out by the length of its words.
  public func write(
    _ transcript: Transcript, style: SubtitleStyle = SubtitleProfile.standard.style,
    envelope: Envelope = Envelope()
  ) -> String {
    func laidOut(_ style: SubtitleStyle) -> [Cue] {
      CueLayout(style, envelope: envelope).cues(transcript)
    }
    var bare: [Cue] { CueLayout.bare(segments: transcript.segments, gaps: transcript.gaps) }
    return switch self {
    case .json: JSONTranscript.write(transcript)
    case .txt: PlainText.write(bare)
    case .tsv: TabSeparated.write(bare)
    case .srt: SubRip.write(laidOut(style))
    case .vtt: WebVTT.write(laidOut(style))
    case .lrc: Lyrics.write(laidOut(style.onOneLine))
    }
  }
}
