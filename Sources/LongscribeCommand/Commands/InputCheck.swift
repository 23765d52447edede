import Glibc
import Longscribe

/// Looks at inputs before anything is made or paid for.
enum InputCheck {
  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  static func sentence(_ path: String) -> String {
    MediaError(.notFound, file: path).description
  }
}
