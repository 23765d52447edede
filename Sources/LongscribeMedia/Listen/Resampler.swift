import CMediaShim
import LongscribeCore

/// Brings frames of any form to one form: mixed, at one rate, signed 16 bit. Used by one thread.
///
/// Resamplers round the length of what they are given, and lose very short inputs altogether. So samples are counted, and each
/// stretch of one form is brought to exactly its length.
struct Resampler: ~Copyable {
  private let handle: OpaquePointer
  private let file: MediaFile
  private let form: SampleForm
  private let channel: AudioSelection.Channel
  private var buffer = [Int16](repeating: 0, count: 16_384)
  private var rate: Int64 = 0
  private var taken: Int64 = 0
  private var given: Int64 = 0

  /// Samples for which one channel stood in, of stretches that are over, in samples of the output.
  private var cancelledBefore: Int64 = 0
  private var cancelledInput: Int64 = 0

  init(
    file: MediaFile, form: SampleForm, channel: AudioSelection.Channel
  ) throws(MediaError) {
    var error = ls_error()
    let choice =
      switch channel {
      case .mix: Int32(LS_MIX_ALL)
      case .left: Int32(LS_CHANNEL_LEFT)
      case .right: Int32(LS_CHANNEL_RIGHT)
      case .number(let index): Int32(clamping: max(0, index))
      }
    let created = ls_resampler_create(Int32(form.rate), Int32(form.channels), choice, &error)
    guard let handle = created else { throw MediaError(error, file: file) }
    self.handle = handle
    self.file = file
    self.form = form
    self.channel = channel
  }

  deinit { ls_resampler_free(handle) }

  /// Whether the decoder's frame has the form of the frames before it.
  func fits(_ decoder: borrowing Decoder) -> Bool {
    ls_resampler_fits(handle, decoder.handle)
  }

  /// Prepares for frames of another form; what is inside must have been drained.
  mutating func setUp(for decoder: borrowing Decoder, rate: Int64) throws(MediaError) {
    var error = ls_error()
    cancelledBefore = cancelled
    cancelledInput = report.cancelled
    guard ls_resampler_set_up(handle, decoder.handle, &error) else {
      guard error.failure == LS_FAILURE_NO_CHANNEL else { throw MediaError(error, file: file) }
      throw MediaError(.noSuchChannel, file: file.displayName, detail: channel.name)
    }
    self.rate = rate
    taken = 0
    given = 0
  }

  /// Takes `samples` samples of the decoder's frame, from its sample `first` on, and appends what comes out.
  mutating func push(
    _ decoder: borrowing Decoder, from first: Int64, samples: Int64, into out: inout [Int16]
  ) throws(MediaError) {
    taken += samples
    let frame = decoder.handle
    try convert(samples, into: &out) { handle, buffer, capacity, error in
      ls_resampler_push(handle, frame, first, samples, buffer.baseAddress, capacity, error)
    }
  }

  /// The samples, in the form of the frames, that last so many nanoseconds.
  func samples(nanoseconds: Int64) -> Int64 {
    SampleForm.samples(nanoseconds: nanoseconds, rate: rate)
  }

  /// What mixing had to put right so far.
  var report: ls_mix_report {
    var report = ls_mix_report()
    ls_resampler_tell(handle, &report)
    return report
  }

  /// Samples of the output for which one channel stood in, because all together were silence.
  var cancelled: Int64 {
    guard rate > 0 else { return 0 }
    return cancelledBefore
      + SampleForm.scale(report.cancelled - cancelledInput, from: rate, to: Int64(form.rate))
  }

  /// Takes some of so many samples of silence, appends what comes out, and returns how many are left.
  mutating func pushSilence(_ samples: Int64, into out: inout [Int16]) throws(MediaError) -> Int64 {
    let block = min(samples, 4096)
    taken += block
    try convert(block, into: &out) { handle, buffer, capacity, error in
      ls_resampler_push_silence(handle, block, buffer.baseAddress, capacity, error)
    }
    return samples - block
  }

  /// Samples that are still to come out for what was taken.
  var inside: Int64 { exact - given }

  private var exact: Int64 {
    rate > 0 ? SampleForm.scale(taken, from: rate, to: Int64(form.rate)) : 0
  }

  /// Appends what is inside, to the exact length of what was taken.
  mutating func drain(into out: inout [Int16]) throws(MediaError) {
    guard rate > 0 else { return }
    let exact = exact
    var before: Int64 = -1
    while given < exact, given != before {
      before = given
      let room = exact - given
      try convert(0, into: &out) { handle, buffer, capacity, error in
        ls_resampler_drain(handle, buffer.baseAddress, min(capacity, room), error)
      }
    }
    if given < exact {
      out.append(contentsOf: repeatElement(0, count: Int(exact - given) * form.channels))
    }
    taken = 0
    given = 0
  }

  private mutating func convert(
    _ samples: Int64, into out: inout [Int16],
    _ step: (
      OpaquePointer, UnsafeMutableBufferPointer<Int16>, Int64, UnsafeMutablePointer<ls_error>
    ) -> Int64
  ) throws(MediaError) {
    let bound = Int(ls_resampler_bound(handle, samples)) * form.channels
    if buffer.count < bound { buffer = [Int16](repeating: 0, count: bound) }
    var error = ls_error()
    let handle = handle
    let capacity = Int64(buffer.count / form.channels)
    let written = buffer.withUnsafeMutableBufferPointer { step(handle, $0, capacity, &error) }
    guard written >= 0 else { throw MediaError(error, file: file) }
    given += written
    out.append(contentsOf: buffer[0..<Int(written) * form.channels])
  }
}
