import Foundation
import Glibc
import Longscribe
import LongscribeInterchange

/// The user's own services and limits: `$XDG_CONFIG_HOME/longscribe/config.json`.
///
/// No other place is read. A configuration in the folder of a project could send a key to an address that its owner never saw.
enum ConfigFile {
  /// Where it is; `nil` without a home.
  static func path(in variables: [String: String]) -> String? {
    // A relative path is to be ignored (XDG Base Directory Specification).
    if let folder = variables["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return folder + "/longscribe/config.json"
    }
    guard let home = variables["HOME"], !home.isEmpty else { return nil }
    return home + "/.config/longscribe/config.json"
  }

  /// What it holds; the built-in services alone if there is none.
  static func read(in variables: [String: String]) throws(CommandFailure) -> Configuration {
    var configuration = Configuration()
    guard let path = path(in: variables), let data = try contents(path) else {
      return configuration
    }
    do throws(ConfigError) {
      let top = try ConfigReader(data: data)
      configuration.profiles = try ProfileDocument.profiles(try top.object("profiles")) {
        name, reader throws(ConfigError) in
        configuration.keys[name] = try ConfiguredKey(reader, profile: name, home: variables["HOME"])
      }
      if let defaults = try top.object("defaults") {
        configuration.defaults = try Configuration.defaults(defaults)
      }
      try top.finish()
      return configuration
    } catch {
      throw CommandFailure(code: .configuration, message: "\(path): \(error.message)")
    }
  }

  /// The file's bytes; `nil` if there is none.
  private static func contents(_ path: String) throws(CommandFailure) -> Data? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    // Whoever can write the file can have keys sent anywhere.
    guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o022 == 0 else {
      throw CommandFailure(
        code: .configuration,
        message: "\(path): other users can change this file, so it is not used; 'chmod go-w' helps")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(code: .configuration, message: "\(path): the file cannot be read")
    }
    return data
  }
}
