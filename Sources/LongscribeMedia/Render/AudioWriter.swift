package import LongscribeCore

/// Writes one finished file of any format: interleaved samples in, true sizes and lengths in its header at the end.
///
/// Every call blocks. Used by one thread at a time. The file is good only once `finish` has returned.
package struct AudioWriter: ~Copyable {
  /// What a finished file holds.
  package struct Written: Sendable, Hashable {
    /// Samples of each channel.
    package let frames: Int64
    /// Size of the file.
    package let bytes: Int64
  }

  private enum State {
    case open
    case finished(Written)
    case failed(MediaError)
  }

  private let output: Output
  private let channels: Int
  private let fileName: String
  private var encoder: Encoder?
  private var wave: WaveWriter?
  private var frames: Int64 = 0
  private var state = State.open

  /// Where a file is written: to an empty seekable file, from its first byte on.
  package struct Output: Sendable {
    let descriptor: Int32
    /// Keeps the descriptor open.
    private let owner: TemporaryFile?

    /// A descriptor that the caller keeps open, and closes when the writer is gone.
    package init(descriptor: Int32) {
      self.descriptor = descriptor
      owner = nil
    }

    /// A temporary file.
    package init(_ file: TemporaryFile) {
      descriptor = file.descriptor
      owner = file
    }
  }

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - rate: Samples a second; one of the format's (see `AudioFormat.nearestRate`).
  ///   - channels: 1 or 2.
  ///   - bitRate: Bits a second; `nil` for the format's own. Ignored where the format has none. LAME takes the nearest that mp3 has.
  ///   - frames: How many samples of each channel will come, if that is known: then a short WAV has the classic header.
  ///   - fileName: The file's name, for errors.
  /// - Throws: `unsupported` for a form of sound that the format does not have, `storage` if there is no room.
  package init(
    _ format: AudioFormat, rate: Int, channels: Int, bitRate: Int64? = nil, frames: Int64? = nil,
    to output: Output, fileName: String
  ) throws(MediaError) {
    let bits = try Self.check(
      format, rate: rate, channels: channels, bitRate: bitRate, fileName: fileName)
    let encoder = try Encoder(
      format, rate: rate, channels: channels, bitRate: bits, descriptor: output.descriptor,
      fileName: fileName)
    var wave: WaveWriter?
    if encoder == nil {
      let header =
        format == .wav ? WaveHeader(rate: rate, channels: channels, frames: frames) : nil
      do throws(StorageError) {
        wave = try WaveWriter(
          header: header, channels: channels, frames: frames, descriptor: output.descriptor)
      } catch {
        throw MediaError(.storage, file: fileName, detail: error.detail)
      }
    }
    self.output = output
    self.channels = channels
    self.fileName = fileName
    self.encoder = encoder
    self.wave = wave
  }

  /// The bit rate to use, 0 where the format has none.
  private static func check(
    _ format: AudioFormat, rate: Int, channels: Int, bitRate: Int64?, fileName: String
  ) throws(MediaError) -> Int64 {
    let rates = format.facts.sampleRates
    let hasRate = rates.isEmpty ? plainRates.contains(rate) : rates.contains(rate)
    guard hasRate, (1...2).contains(channels) else {
      throw MediaError(
        .unsupported, file: fileName,
        detail: "\(format.rawValue) files cannot have \(channels) channels at \(rate) Hz")
    }
    guard let own = format.defaultBitRate(rate: rate, channels: channels) else { return 0 }
    let bits = bitRate ?? own
    guard bitRates.contains(bits) else {
      throw MediaError(
        .unsupported, file: fileName,
        detail: "\(format.rawValue) files cannot have \(bits) bits a second")
    }
    return bits
  }

  /// Rates of formats that have every one: those that a recording can have.
  private static let plainRates = 1...768_000
  /// What every encoder takes, whatever it makes of it.
  private static let bitRates: ClosedRange<Int64> = 4_000...512_000

  /// Appends interleaved samples; those of an incomplete frame at the end are dropped.
  package mutating func write(_ samples: UnsafeBufferPointer<Int16>) throws(MediaError) {
    try checkOpen()
    let count = samples.count / channels
    let whole = UnsafeBufferPointer(rebasing: samples[..<(count * channels)])
    do throws(MediaError) {
      try encoder?.write(whole)
      try writeWave(whole)
    } catch {
      state = .failed(error)
      throw error
    }
    frames += Int64(count)
  }

  /// Writes what is left and the true header. Asked again, it says the same.
  package mutating func finish() throws(MediaError) -> Written {
    if case .finished(let written) = state { return written }
    try checkOpen()
    do throws(MediaError) {
      try encoder?.finish()
      let bytes = try finishWave() ?? TemporaryFile.byteCount(of: output.descriptor)
      let written = Written(frames: frames, bytes: bytes)
      state = .finished(written)
      return written
    } catch {
      state = .failed(error)
      throw error
    }
  }

  private func checkOpen() throws(MediaError) {
    switch state {
    case .open: return
    case .finished:
      throw MediaError(.storage, file: fileName, detail: "the file is already finished")
    case .failed(let error): throw error
    }
  }

  private mutating func writeWave(_ samples: UnsafeBufferPointer<Int16>) throws(MediaError) {
    do throws(StorageError) {
      try wave?.write(samples)
    } catch {
      throw MediaError(.storage, file: fileName, detail: error.detail)
    }
  }

  private mutating func finishWave() throws(MediaError) -> Int64? {
    do throws(StorageError) {
      return try wave?.finish()
    } catch {
      throw MediaError(.storage, file: fileName, detail: error.detail)
    }
  }
}
