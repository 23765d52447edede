private import LongscribeCore

/// What happened while a recording was decoded.
public struct DecodeReport: Sendable, Hashable {
  /// A stretch without data that was filled with silence.
  public struct Fill: Sendable, Hashable {
    /// Where it begins on the timeline, in samples.
    public var position: Int64
    /// Its length in samples.
    public var length: Int64
  }

  /// Where the recording ends on the timeline, in samples; exact.
  public var length: Int64 = 0
  /// Packets that were given to the decoder.
  public var packets: Int64 = 0
  /// Packets that the container marks as damaged or incomplete. The last one of a WAV of unknown size always is.
  public var corruptPackets: Int64 = 0
  /// Frames that were decoded.
  public var frames: Int64 = 0
  /// Packets that could not be decoded.
  public var decodeErrors: Int64 = 0
  /// Where the first damage was that has sound after it, in samples.
  public var firstDamage: Int64?
  /// Stretches that were filled with silence; at most the first thousand are kept.
  public var fills: [Fill] = []
  /// Stretches that were filled with silence, those that are not kept included.
  public var fillCount = 0
  /// Silence that was filled in, in samples.
  public var filledSamples: Int64 = 0
  /// Times that jumped back or far ahead and were taken as continuing.
  public var jumps = 0
  /// Changes of rate, layout or format on the way.
  public var formatChanges = 0
  /// The length that the container claims, if what could be decoded is noticeably shorter, in samples.
  public var missingFrom: Int64?
  /// The length that the container claims, if what was decoded is noticeably longer, in samples.
  public var claimedOnly: Int64?
  /// Bytes at the end of an Ogg that gave no sound, if they are more than its last pages: links of another codec.
  public var unheardBytes: Int64?
  /// Whether the file was changed while it was read.
  public var isChanged = false
  /// Whether the format has no times of its own (mp3, ADTS …), so that what is lost moves everything after it.
  public var timesAreMadeUp = false
  /// Whether the recording is an mp3 that does not tell how much its encoder put before the sound (25 ms at 44.1 kHz, 69 ms at
  /// 16 kHz): its times are late by that.
  public var keepsPriming = false
  /// Samples that were too loud for 16 bits and were clipped.
  public var clippedSamples: Int64 = 0
  /// Samples that were no numbers (NaN, infinity) and were silenced.
  public var nonFiniteSamples: Int64 = 0
  /// Stretches where the channels cancel each other out, so that the louder one was heard alone, in samples.
  public var antiPhaseSamples: Int64 = 0

  /// A report of nothing yet.
  public init() {}

  /// Whether everything was decoded and every sample is where the container says.
  public var isClean: Bool {
    decodeErrors == 0 && fillCount == 0 && jumps == 0 && formatChanges == 0 && missingFrom == nil
      && nonFiniteSamples == 0 && unheardBytes == nil && !isChanged
  }

  /// Sentences for people about what was not as it should be; none if all was well.
  public var warnings: [String] {
    var warnings: [String] = []
    if let missingFrom {
      warnings.append(shortfall(from: missingFrom))
    }
    if let unheardBytes {
      warnings.append(
        "its last \(unheardBytes / 1000) kB gave no sound: parts of another codec cannot be heard")
    }
    if isChanged { warnings.append("the file was changed while it was read") }
    if let claimedOnly {
      warnings.append(
        "its header says \(TimeText.short(claimedOnly)), but it holds \(TimeText.short(length))")
    }
    if decodeErrors > 0 {
      let places = decodeErrors == 1 ? "1 damaged place" : "\(decodeErrors) damaged places"
      let place = firstDamage.map { ", the first at \(TimeText.coarse($0))" } ?? ""
      let isEarly = timesAreMadeUp && firstDamage != nil && missingFrom == nil
      warnings.append(
        "\(places) could not be decoded\(place)"
          + (isEarly ? "; this format has no times, so what follows may be early" : ""))
    }
    if let first = fills.first {
      warnings.append(
        "\(fillCount == 1 ? "1 gap" : "\(fillCount) gaps"), \(TimeText.short(filledSamples)) in all, "
          + "the first at \(TimeText.coarse(first.position)), "
          + "\(fillCount == 1 ? "was" : "were") filled with silence so that times stay true")
    }
    if jumps > 0 {
      let times = jumps == 1 ? "once" : "\(jumps) times"
      warnings.append("its times jump \(times); they were taken as continuing")
    }
    if formatChanges > 0 {
      let times = formatChanges == 1 ? "once" : "\(formatChanges) times"
      warnings.append("its rate, channels or sample format change \(times) on the way")
    }
    if nonFiniteSamples > 0 {
      warnings.append("\(nonFiniteSamples) samples are no numbers and were silenced")
    }
    if antiPhaseSamples > 0 {
      warnings.append(
        "its channels cancel each other out for \(TimeText.short(antiPhaseSamples)); "
          + "there the louder one was used")
    }
    if clippedSamples > length / 1000 {
      warnings.append("\(clippedSamples) samples are too loud and were clipped")
    }
    return warnings
  }

  /// Sentences for people about what is as usual, but worth knowing.
  public var notes: [String] {
    keepsPriming
      ? ["it has no gapless information, so its times are late by up to 0.07 s"] : []
  }

  /// What is missing: the end, or something in between in a format without times.
  private func shortfall(from claimed: Int64) -> String {
    if timesAreMadeUp, let firstDamage {
      return "about \(TimeText.short(claimed - length)) were lost, the first at "
        + "\(TimeText.coarse(firstDamage)); this format has no times, so what follows is early"
    }
    return "the file seems cut off: its header says \(TimeText.short(claimed)), "
      + "but only \(TimeText.short(length)) could be decoded"
  }
}
