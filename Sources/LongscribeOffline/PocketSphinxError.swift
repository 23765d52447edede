/// Why PocketSphinx cannot be used, or could not decode.
///
/// The description is a sentence for people and says what to install where that helps.
package enum PocketSphinxError: Error, Hashable {
  /// The library could not be opened; `reason` is the dynamic linker's text.
  case libraryUnavailable(reason: String)
  /// A file of the model is missing, empty or not readable at `path`.
  case modelFileMissing(path: String)
  /// PocketSphinx refused the model in the acoustic model's folder `path`.
  case modelRejected(path: String)
  /// The library's function `function` reported a failure while decoding.
  case decodingFailed(function: String)
}

extension PocketSphinxError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .libraryUnavailable(let reason):
      """
      The offline recogniser needs the PocketSphinx library (on Debian: apt install \
      libpocketsphinx3), but it could not be loaded: \(reason).
      """
    case .modelFileMissing(let path):
      """
      The offline recogniser needs the English PocketSphinx model (on Debian: apt install \
      pocketsphinx-en-us), but '\(path)' is missing, empty or not readable.
      """
    case .modelRejected(let path):
      """
      PocketSphinx could not load the model at '\(path)'; its files may be damaged or not belong \
      together (on Debian: apt install --reinstall pocketsphinx-en-us).
      """
    case .decodingFailed(let function):
      "PocketSphinx failed to decode the audio: \(function) reported an error."
    }
  }
}
