import CMediaShim
import LongscribeCore

/// Brings frames of any form to the timeline's: 16 kHz, mono, signed 16 bit. Used by one thread.
///
/// Resamplers round the length of what they are given, and lose very short inputs altogether. So samples are counted, and each
/// stretch of one form is brought to exactly its length.
struct Resampler: ~Copyable {
  private let handle: OpaquePointer
  private let file: MediaFile
  private var buffer = [Int16](repeating: 0, count: 16_384)
  private var rate: Int64 = 0
  private var taken: Int64 = 0
  private var given: Int64 = 0

  init(file: MediaFile) throws(MediaError) {
    var error = ls_error()
    guard let handle = ls_resampler_create(Int32(Timeline.sampleRate), &error) else {
      throw MediaError(error, file: file)
    }
    self.handle = handle
    self.file = file
  }

  deinit { ls_resampler_free(handle) }

  /// Whether the decoder's frame has the form of the frames before it.
  func fits(_ decoder: borrowing Decoder) -> Bool {
    ls_resampler_fits(handle, decoder.handle)
  }

  /// Prepares for frames of another form; what is inside must have been drained.
  mutating func setUp(for decoder: borrowing Decoder, rate: Int64) throws(MediaError) {
    var error = ls_error()
    guard ls_resampler_set_up(handle, decoder.handle, &error) else {
      throw MediaError(error, file: file)
    }
    self.rate = rate
    taken = 0
    given = 0
  }

  /// Takes the decoder's frame of `samples` samples and appends what comes out.
  mutating func push(
    _ decoder: borrowing Decoder, samples: Int64, into out: inout [Int16]
  ) throws(MediaError) {
    taken += samples
    let frame = decoder.handle
    try convert(samples, into: &out) { handle, buffer, error in
      ls_resampler_push(handle, frame, buffer.baseAddress, Int64(buffer.count), error)
    }
  }

  /// The samples, in the form of the frames, that last so many nanoseconds.
  func samples(nanoseconds: Int64) -> Int64 {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds * rate + (rest * rate + 500_000_000) / 1_000_000_000
  }

  /// Takes some of so many samples of silence, appends what comes out, and returns how many are left.
  mutating func pushSilence(_ samples: Int64, into out: inout [Int16]) throws(MediaError) -> Int64 {
    let block = min(samples, 4096)
    taken += block
    try convert(block, into: &out) { handle, buffer, error in
      ls_resampler_push_silence(handle, block, buffer.baseAddress, Int64(buffer.count), error)
    }
    return samples - block
  }

  /// Samples that are still to come out for what was taken.
  var inside: Int64 { exact - given }

  private var exact: Int64 {
    guard rate > 0 else { return 0 }
    let (seconds, rest) = taken.quotientAndRemainder(dividingBy: rate)
    return seconds * Timeline.sampleRate + (rest * Timeline.sampleRate + rate / 2) / rate
  }

  /// Appends what is inside, to the exact length of what was taken.
  mutating func drain(into out: inout [Int16]) throws(MediaError) {
    guard rate > 0 else { return }
    let exact = exact
    var before: Int64 = -1
    while given < exact, given != before {
      before = given
      let room = exact - given
      try convert(0, into: &out) { handle, buffer, error in
        ls_resampler_drain(handle, buffer.baseAddress, min(Int64(buffer.count), room), error)
      }
    }
    if given < exact { out.append(contentsOf: repeatElement(0, count: Int(exact - given))) }
    taken = 0
    given = 0
  }

  private mutating func convert(
    _ samples: Int64, into out: inout [Int16],
    _ step: (OpaquePointer, UnsafeMutableBufferPointer<Int16>, UnsafeMutablePointer<ls_error>) ->
      Int64
  ) throws(MediaError) {
    let bound = Int(ls_resampler_bound(handle, samples))
    if buffer.count < bound { buffer = [Int16](repeating: 0, count: bound) }
    var error = ls_error()
    let handle = handle
    let written = buffer.withUnsafeMutableBufferPointer { step(handle, $0, &error) }
    guard written >= 0 else { throw MediaError(error, file: file) }
    given += written
    out.append(contentsOf: buffer[0..<Int(written)])
  }
}
