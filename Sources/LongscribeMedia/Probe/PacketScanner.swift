private import CMediaShim

/// Measures a track by its packets: ten times faster than decoding it.
///
/// Samples are counted by the codec's rules and laid on the timeline by the rule that decoding follows (see ``FrameClock``), so
/// both find the same length.
struct PacketScanner: ~Copyable {
  private let handle: OpaquePointer
  private let file: MediaFile
  private var clock: FrameClock
  private var scan = PacketScan()
  private var seconds = Seconds()
  private let padding: EndPadding?
  /// Silence before the first sound, in nanoseconds.
  private var wait: Int64 = 0
  private var rate: Int64 = 1

  /// Longest recording in seconds, as when decoding.
  private static let longest = 360_000.0
  /// Packets between two looks at the time.
  private static let stride: Int64 = 256

  /// - Parameter padding: What the container tells of the track's end.
  init(
    _ demuxer: borrowing Demuxer, stream: Int, padding: EndPadding?
  ) throws(MediaError) {
    var error = ls_error()
    guard let handle = ls_scan_open(demuxer.media, Int32(clamping: stream), &error) else {
      throw MediaError(error, file: demuxer.file)
    }
    self.handle = handle
    self.padding = padding
    file = demuxer.file
    clock = FrameClock(facts: demuxer.timelineFacts)
  }

  deinit { ls_scan_close(handle) }

  /// Reads all packets. Blocks; ends soon after the demuxer's flag is raised.
  ///
  /// - Parameter budget: Time after which it is given up; `nil` for none.
  /// - Returns: `nil` if it was given up.
  consuming func run(budget: Duration?) throws(MediaError) -> PacketScan? {
    let deadline = budget.map { ContinuousClock.now + $0 }
    var packet = ls_scanned()
    var error = ls_error()
    while true {
      switch ls_scan_read(handle, &packet, &error) {
      case LS_READ_FRAME:
        take(packet)
        guard seconds.total < Self.longest else {
          throw MediaError(.limit, file: file.displayName, detail: "it is longer than 100 hours")
        }
        if let deadline, scan.packets % Self.stride == 0, ContinuousClock.now > deadline {
          return nil
        }
      case LS_READ_BAD:
        scan.readErrors += 1
        scan.isExact = false
      case LS_READ_END: return finished()
      default: throw MediaError(error, file: file)
      }
    }
  }

  private mutating func take(_ packet: ls_scanned) {
    scan.packets += 1
    scan.skippedSamples += packet.skipped
    scan.discardedSamples += packet.discarded
    if packet.is_guess { scan.isExact = false }
    if packet.is_corrupt {
      scan.corruptPackets += 1
      // Of a last PCM packet only the length was wrong.
      if !ls_scan_is_pcm(handle) { scan.isExact = false }
    }
    // Decoding gives no frame for it, so it has no place on the timeline.
    guard packet.samples > 0, packet.rate > 0 else { return }
    let rate = Int64(packet.rate)
    let placement = clock.place(
      time: packet.time_ns == Int64.min ? nil : packet.time_ns, samples: packet.samples, rate: rate)
    self.rate = rate
    if !placement.isGap { wait += placement.silence }
    if placement.isGap {
      scan.gaps += 1
      scan.gapSeconds += Double(placement.silence) / 1e9
    }
    if placement.isJump { scan.jumps += 1 }
    scan.samples += packet.samples
    seconds.add(packet.samples, rate: rate, silence: placement.silence)
  }

  private func finished() -> PacketScan {
    var result = scan
    result.duration = seconds.total
    // Where the container tells the padding, decoding leaves it out, and the rest is counted to the sample.
    let padding = scan.jumps == 0 ? self.padding : nil
    let excess = padding.map { seconds.total - Double(wait + $0.trackLength) / 1e9 } ?? -1
    let isPadding = excess >= 0 && excess * Double(rate) <= Double(padding?.longest ?? 0)
    if isPadding { result.duration -= excess }
    if !ls_scan_is_exact(handle), !isPadding { result.isExact = false }
    return result
  }

  /// Adds up samples and rounds once, however many packets there are.
  private struct Seconds {
    private var before = 0.0
    private var samples: Int64 = 0
    private var rate: Int64 = 1
    private var silence: Int64 = 0

    mutating func add(_ count: Int64, rate: Int64, silence: Int64) {
      if rate != self.rate {
        before += Double(samples) / Double(self.rate)
        samples = 0
        self.rate = rate
      }
      samples += count
      self.silence &+= silence
    }

    var total: Double {
      before + Double(samples) / Double(rate) + Double(silence) / 1e9
    }
  }
}
