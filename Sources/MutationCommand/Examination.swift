private import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport

/// Does with one damaged file what the program does with recordings, and notes what is not as promised.
struct Examination {
  private let path: String
  private let bytes: [UInt8]
  private let scratch: String
  private var random: SeededGenerator
  private var complaints: [String] = []

  /// How it ended: `heard`, or the code of the error.
  private(set) var outcome: String?
  /// Peak of resident memory above what there was before, in bytes.
  private(set) var memory: Int64 = 0
  /// Processor time.
  private(set) var seconds = 0.0
  /// Most channels of a track: a damaged header can make hundreds of one, and each is decoded.
  private var channels = 0
  /// Most packets that were heard: a damaged header can make a packet of every few bytes.
  private var packets: Int64 = 0
  /// Longest recording that was heard, in seconds.
  private(set) var longest = 0.0

  /// Errors that a damaged file may give. Not among them: those that blame the disk, the system or the caller.
  private static let honest: Set<MediaError.Code> = [
    .notMedia, .incomplete, .noAudio, .noSamples, .unsupported, .limit, .damaged, .notClean,
    .playlist,
  ]
  /// Time after which listening is stopped; nothing of these sizes may take as long.
  private static let deadline = 60.0

  init(path: String, bytes: [UInt8], scratch: String, random: SeededGenerator) {
    self.path = path
    self.bytes = bytes
    self.scratch = scratch
    self.random = random
  }

  mutating func run() -> [String] {
    let meter = Meter()
    do {
      try probe()
      switch Int.random(in: 0..<8, using: &random) {
      case 0..<3: try hear()
      case 3: try hearPart()
      case 4: try hearInStereo()
      case 5: try hearThroughPipe()
      case 6: try hearStrictly()
      default: try giveUp()
      }
    } catch let error as MediaError {
      refuse(error)
    } catch {
      complaints.append("\(error)")
    }
    seconds = meter.processorSeconds
    memory = meter.memoryGrowth
    return complaints
  }

  /// Complaints about memory and time, which the bytes and what comes of them must bound.
  ///
  /// Measured with sanitizers over 4000 cases: at most 60 MB, and 0.2 s. Healthy files of the corpus take 0.05 s.
  var costComplaints: [String] {
    var complaints: [String] = []
    let allowed = 100_000_000 + Int64(bytes.count) * 10 + Int64(channels) * 1_000_000
    if memory > allowed { complaints.append("took \(memory / 1_000_000) MB") }
    // An hour of silence for a damaged time is mixed, resampled, measured and stored within a few seconds.
    let time = 2 + longest / 600 * Double(max(1, channels / 4)) + Double(channels) / 20
    if seconds > time + Double(packets) / 50_000 {
      complaints.append("took \(seconds) s for \(longest) s of sound")
    }
    return complaints
  }

  private mutating func refuse(_ error: MediaError) {
    outcome = error.code.rawValue
    if !Self.honest.contains(error.code) { complaints.append("ended with \(error)") }
    if error.description.isEmpty || error.description.contains("\n") {
      complaints.append("said '\(error)'")
    }
    if error.description.contains("longer than allowed") { complaints.append("did not end") }
  }

  private func makeFlag() -> CancelFlag {
    let flag = CancelFlag()
    flag.raise(after: Self.deadline)
    return flag
  }

  private func listener(
    _ file: MediaFile, _ selection: AudioSelection = AudioSelection(), strict: Bool = false
  ) -> Listener {
    Listener(
      file: file, selection: selection, stopsAtDamage: strict, temporaryFolder: scratch)
  }

  // MARK: - What is done

  /// The container alone, then every packet.
  private mutating func probe() throws {
    for isExact in [false, true] {
      do throws(MediaError) {
        let file = try MediaFile(path: path)
        let prober = Prober(file: file, isExact: isExact, temporaryFolder: scratch)
        let description = try prober.probe(flag: makeFlag())
        channels = max(channels, description.tracks.map(\.channels).max() ?? 0)
        complaints += Rules.broken(by: description)
      } catch {
        refuse(error)
      }
    }
  }

  /// Everything, into a spool; then pieces of it are written as files.
  private mutating func hear() throws {
    let heard = try hear(try MediaFile(path: path), AudioSelection())
    guard Bool.random(using: &random) else { return }
    complaints += try Rewriting(scratch: scratch).complaints(
      heard.spool, length: heard.report.length, using: &random)
  }

  private mutating func hear(
    _ file: MediaFile, _ selection: AudioSelection
  ) throws -> (spool: Spool, report: DecodeReport) {
    let spool = try Spool(in: scratch)
    var levels = 0
    var opened = 0
    let report = try listener(file, selection).listen(to: spool, flag: makeFlag()) { update in
      switch update {
      case .opened: opened += 1
      case .heard(let more): levels += more.count
      }
    }
    outcome = "heard"
    longest = max(longest, Timeline.seconds(report.length))
    packets = max(packets, report.packets)
    complaints += Rules.broken(by: report, of: bytes.count, isWhole: selection.end == nil)
    if opened != 1 { complaints.append("opened \(opened) times") }
    if spool.length != report.length {
      complaints.append("\(spool.length) samples in the spool, \(report.length) reported")
    }
    if levels != Int((report.length + 159) / 160) {
      complaints.append("\(levels) levels for \(report.length) samples")
    }
    return (spool, report)
  }

  /// A stretch, or one channel.
  private mutating func hearPart() throws {
    let start = Int64.random(in: 0..<40_000, using: &random)
    let channels: [AudioSelection.Channel] = [.mix, .left, .right, .number(0)]
    let selection = AudioSelection(
      channel: channels[Int.random(in: 0..<channels.count, using: &random)], start: start,
      end: start + Int64.random(in: 1..<160_000, using: &random))
    do throws(MediaError) {
      let first = try part(selection)
      let second = try part(selection)
      if first != second { complaints.append("told \(first), then \(second)") }
    } catch {
      // Damage can take a channel away.
      if error.code == .noSuchChannel { outcome = "no such channel" } else { throw error }
    }
  }

  private mutating func part(_ selection: AudioSelection) throws(MediaError) -> DecodeReport {
    do {
      let heard = try hear(try MediaFile(path: path), selection)
      if heard.report.length > selection.end ?? .max { complaints.append("heard beyond the end") }
      return heard.report
    } catch let error as MediaError {
      throw error
    } catch {
      throw MediaError(.storage, file: path, detail: "\(error)")
    }
  }

  /// As converting does.
  private mutating func hearInStereo() throws {
    let form = SampleForm(rate: 44_100, channels: 2)
    var samples: Int64 = 0
    let report = try listener(try MediaFile(path: path)).listen(
      as: form, flag: makeFlag(), opened: { _, _ in },
      pass: { block in
        samples += Int64(block.count / 2)
        if !block.count.isMultiple(of: 2) { samples = -1 << 40 }
      })
    outcome = "heard"
    longest = max(longest, Timeline.seconds(report.length))
    packets = max(packets, report.packets)
    complaints += Rules.broken(by: report, of: bytes.count, isWhole: true)
    if form.timeline(samples: samples) != report.length {
      complaints.append("\(samples) samples of 44.1 kHz passed, \(report.length) reported")
    }
  }

  /// The same bytes from a pipe, in pieces.
  private mutating func hearThroughPipe() throws {
    let pipe = try Pipe(in: scratch)
    pipe.feed(bytes, pieces: Int.random(in: 1...70_000, using: &random))
    // Ended and joined even if nothing reads it.
    defer { pipe.end() }
    _ = try hear(try MediaFile(path: pipe.path), AudioSelection())
  }

  /// Whatever is not as it should be is an error, and it says what.
  private mutating func hearStrictly() throws {
    do throws(MediaError) {
      let report = try listener(try MediaFile(path: path), strict: true).listen(
        as: .timeline, flag: makeFlag(), opened: { _, _ in }, pass: { _ in })
      outcome = "heard"
      if !report.isClean { complaints.append("took \(report) for clean") }
    } catch {
      refuse(error)
      if error.code == .notClean, error.detail?.isEmpty != false {
        complaints.append("refused without a reason")
      }
    }
  }

  /// Cancelled at some moment, also while the thread that decodes is waiting.
  private mutating func giveUp() throws {
    let flag = CancelFlag()
    flag.raise(after: Double.random(in: 0.001..<0.03, using: &random))
    do throws(MediaError) {
      _ = try listener(try MediaFile(path: path)).listen(
        as: .timeline, flag: flag, opened: { _, _ in }, pass: { _ in })
      outcome = "heard"
    } catch {
      guard flag.isExpired, [.limit, .cancelled].contains(error.code) else { throw error }
      outcome = "given up"
    }
  }
}
