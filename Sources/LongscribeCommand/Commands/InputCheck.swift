import Glibc
import Longscribe

/// Looks at inputs before anything is made or paid for.
enum InputCheck {
  static func exists(_ path: String) -> Bool {
    FileName.withBytes(path) { access($0, F_OK) } == 0
  }

  /// Whether it is a file, which can be opened again.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return FileName.withBytes(path) { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Why an input that does not exist gives no transcript.
  static func missing(_ path: String) -> TranscriptionError {
    let hint: String? =
      if path == "-" {
        "to read standard input, name /dev/stdin"
      } else if path.contains("://") {
        "addresses are not fetched; download the recording first"
      } else {
        nil
      }
    return .media(MediaError(.notFound, file: FileName.printable(path), detail: hint))
  }
}
