import CPocketSphinx
import Synchronization

/// A PocketSphinx decoder with its model loaded, about 90 MB of memory.
///
/// The words of a decoding depend on its samples and on the model only: not on what the decoder
/// heard before and not on which decoder is used. Decoding blocks its thread, for about a sixth of
/// the duration of speech and a quarter of that of noise, and cannot be interrupted.
// Sendable is safe: the vendor ties no decoder to a thread, and every use of the handle needs
// exclusive access to its only owner.
package struct PocketSphinxDecoder: ~Copyable, @unchecked Sendable {
  private let library: PocketSphinxLibrary
  private let handle: OpaquePointer

  /// How many samples a second of audio must have.
  package static let sampleRate = 16_000

  /// The vendor does not promise that decoders can be made at the same time, and the library keeps
  /// some parameters of the last made decoder in global variables.
  private static let making = Mutex(())

  /// Loads the model, which takes about 0.3 s of one core.
  ///
  /// - Parameter model: The model to decode with.
  /// - Throws: `PocketSphinxError.libraryUnavailable` or `.modelRejected`.
  package init(model: PocketSphinxModel) throws(PocketSphinxError) {
    let library = try PocketSphinxLibrary.load()
    let made = PocketSphinxDecoder.making.withLock { _ in
      PocketSphinxDecoder.make(library.functions, model)
    }
    guard let handle = made else {
      throw .modelRejected(path: model.acousticModel)
    }
    self.library = library
    self.handle = handle
  }

  deinit {
    _ = library.functions.ps_free(handle)
  }

  private static func make(
    _ functions: pocketsphinx_functions, _ model: PocketSphinxModel
  ) -> OpaquePointer? {
    // The configuration starts with the defaults; every value set below is copied by the library.
    // (It would keep pointers into a list of arguments given here.)
    guard let settings = functions.cmd_ln_parse_r(nil, functions.ps_args(), 0, nil, 0) else {
      return nil
    }
    // The decoder keeps its own reference.
    defer { _ = functions.cmd_ln_free_r(settings) }
    functions.cmd_ln_set_str_r(settings, "-hmm", model.acousticModel)
    functions.cmd_ln_set_str_r(settings, "-lm", model.languageModel)
    functions.cmd_ln_set_str_r(settings, "-dict", model.dictionary)
    functions.cmd_ln_set_float_r(settings, "-logbase", DecodedWord.logBase)
    // With silence removed, times would count only the frames that remain.
    functions.cmd_ln_set_int_r(settings, "-remove_silence", 0)
    // The mean that is taken off is that of this utterance, not a running one.
    functions.cmd_ln_set_str_r(settings, "-cmn", "batch")
    // Dither is random.
    functions.cmd_ln_set_int_r(settings, "-dither", 0)
    return functions.ps_init(settings)
  }

  /// Recognises English speech.
  ///
  /// Digital silence gives no words, although PocketSphinx by itself hears a word in it.
  ///
  /// - Parameter samples: Mono audio at `sampleRate`, any number of samples; with less than about
  ///   0.2 s no word can be found.
  /// - Returns: The words in the order in which they were spoken.
  /// - Throws: `PocketSphinxError.decodingFailed`. The decoder can be used again afterwards.
  package mutating func decode(
    _ samples: UnsafeBufferPointer<Int16>
  ) throws(PocketSphinxError) -> [DecodedWord] {
    guard let start = samples.baseAddress, samples.contains(where: { $0 != 0 }) else { return [] }
    let functions = library.functions
    // Resets the estimate of the noise and the count of frames; without it both go on from the
    // utterance before.
    try check(functions.ps_start_stream(handle), "ps_start_stream")
    try check(functions.ps_start_utt(handle), "ps_start_utt")
    let processed = functions.ps_process_raw(handle, start, samples.count, 0, 1)
    // An utterance must be ended, whatever became of it, before the next one can start.
    let ended = functions.ps_end_utt(handle)
    try check(processed, "ps_process_raw")
    try check(ended, "ps_end_utt")
    return words(functions)
  }

  /// Returns the words of the utterance that ended last.
  private func words(_ functions: pocketsphinx_functions) -> [DecodedWord] {
    var words: [DecodedWord] = []
    // The iterator frees itself when it moves past the last segment.
    var next = functions.ps_seg_iter(handle)
    while let segment = next {
      var firstFrame: Int32 = 0
      var lastFrame: Int32 = 0
      functions.ps_seg_frames(segment, &firstFrame, &lastFrame)
      if let name = functions.ps_seg_word(segment),
        let word = DecodedWord(
          segment: String(cString: name),
          firstFrame: Int(firstFrame),
          lastFrame: Int(lastFrame),
          logProbability: Int(functions.ps_seg_prob(segment, nil, nil, nil)))
      {
        words.append(word)
      }
      next = functions.ps_seg_next(segment)
    }
    return words
  }

  private func check(_ result: Int32, _ function: String) throws(PocketSphinxError) {
    if result < 0 {
      throw .decodingFailed(function: function)
    }
  }
}
