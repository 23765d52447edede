import Glibc

/// The files of an English model for PocketSphinx.
package struct PocketSphinxModel: Sendable, Hashable {
  /// The folder of the acoustic model (`-hmm`).
  package let acousticModel: String
  /// The file of the language model (`-lm`).
  package let languageModel: String
  /// The file of the pronouncing dictionary (`-dict`).
  package let dictionary: String

  /// The folder in which the Debian package pocketsphinx-en-us keeps its model.
  package static let debianFolder = "/usr/share/pocketsphinx/model/en-us"

  /// The files without which PocketSphinx fails, some of them by ending the process.
  private static let acousticFiles = [
    "feat.params", "mdef", "means", "sendump", "transition_matrices", "variances",
  ]

  /// Finds the model in a folder that is laid out like Debian's.
  ///
  /// Every file is checked to be there and not empty, but not to be undamaged: PocketSphinx ends
  /// the process, with a line on standard error, when it reads certain truncated files.
  ///
  /// - Parameter folder: The folder that holds `en-us/`, `en-us.lm.bin` and
  ///   `cmudict-en-us.dict`. No other folder is tried.
  /// - Returns: The paths of the model.
  /// - Throws: `PocketSphinxError.modelFileMissing` with the first file that is missing, empty or
  ///   not readable.
  package static func locate(
    in folder: String = debianFolder
  ) throws(PocketSphinxError) -> PocketSphinxModel {
    let model = PocketSphinxModel(
      acousticModel: folder + "/en-us",
      languageModel: folder + "/en-us.lm.bin",
      dictionary: folder + "/cmudict-en-us.dict")
    let files = acousticFiles.map { model.acousticModel + "/" + $0 }
    for path in files + [model.languageModel, model.dictionary] where !isUsable(path) {
      throw .modelFileMissing(path: path)
    }
    return model
  }

  /// Whether `path` is a regular file that can be read and holds at least one byte.
  private static func isUsable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
      && status.st_mode & S_IFMT == S_IFREG
      && status.st_size > 0
      && access(path, R_OK) == 0
  }
}
