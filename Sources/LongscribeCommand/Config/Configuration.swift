import Longscribe
import LongscribeInterchange

/// What the user's configuration holds.
struct Configuration: Sendable {
  /// The built-in services, changed and joined by the user's own.
  var profiles = ServiceProfile.all
  /// Values of options that are not given, by the names of `Defaults`.
  var defaults: [String: String] = [:]
  /// Where the keys of services are, by the services' names.
  var keys: [String: ConfiguredKey] = [:]
}

/// Where the configuration says that a service's key is.
enum ConfiguredKey: Sendable, Hashable {
  case file(String)
  case command(String)

  /// Reads it from a service's object.
  ///
  /// - Parameter home: What `~` stands for.
  init?(_ reader: ConfigReader, profile: String, home: String?) throws(ConfigError) {
    let file = try reader.text("key_file")
    let command = try reader.text("key_command")
    guard file == nil || command == nil else {
      throw ConfigError(message: "'\(profile)' has both 'key_file' and 'key_command'")
    }
    if let command {
      self = .command(command)
      return
    }
    guard var file else { return nil }
    if file.hasPrefix("~/"), let home { file = home + file.dropFirst(1) }
    guard file.hasPrefix("/") else {
      throw ConfigError(message: "'\(profile).key_file' has to begin with / or ~/")
    }
    self = .file(file)
  }
}

extension Configuration {
  /// Reads the values of options.
  static func defaults(_ reader: ConfigReader) throws(ConfigError) -> [String: String] {
    var values: [String: String] = [:]
    for name in Defaults.names {
      guard name != "concurrency" else {
        values[name] = try reader.number(name, in: 1...1000).map { String(Int($0)) }
        continue
      }
      values[name] = try reader.texts(name).map { $0.joined(separator: ",") }
    }
    try reader.finish()
    return values
  }
}
