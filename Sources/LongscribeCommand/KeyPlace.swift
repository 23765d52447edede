import Foundation
import Longscribe

/// A place where a service's key is.
enum KeyPlace: Sendable, Hashable {
  /// A file, and what names it.
  case file(String, named: String)
  /// A command that prints it, and what names it.
  case command(String, named: String)
  case standardInput
  /// A variable that belongs to the service, with the address of its accounts.
  case variable(ServiceProfile.KeyVariable)

  /// The place that a run takes the key from; `nil` if there is none.
  ///
  /// In this order: the command line's, `LONGSCRIBE_<PROVIDER>_API_KEY` and `…_FILE`, the service's own variables, the credentials that
  /// systemd hands over (systemd.exec(5), "CREDENTIALS"), the configuration's.
  static func find(
    _ arguments: ParsedArguments, for profile: ServiceProfile, in surroundings: Surroundings
  ) -> KeyPlace? {
    named(arguments) ?? found(for: profile, in: surroundings)
  }

  private static func named(_ arguments: ParsedArguments) -> KeyPlace? {
    if let file = arguments.value("--key-file") { return .file(file, named: file) }
    if let command = arguments.value("--key-command") {
      return .command(command, named: "the key command")
    }
    return arguments.flag("--key-stdin") ? .standardInput : nil
  }

  /// The place that is used where the command line names none.
  static func found(for profile: ServiceProfile, in surroundings: Surroundings) -> KeyPlace? {
    let name = ownVariable(of: profile)
    if isSet(name, surroundings) { return .variable(ServiceProfile.KeyVariable(name)) }
    if let file = surroundings["\(name)_FILE"], !file.isEmpty {
      return .file(file, named: "\(name)_FILE")
    }
    if let variable = profile.keyVariables.first(where: { isSet($0.name, surroundings) }) {
      return .variable(variable)
    }
    if let folder = surroundings["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/") {
      let file = "\(folder)/\(profile.name)"
      if InputCheck.exists(file) {
        return .file(file, named: "$CREDENTIALS_DIRECTORY/\(profile.name)")
      }
    }
    return switch surroundings.configuration.keys[profile.name] {
    case .file(let file): .file(file, named: "key_file in the configuration")
    case .command(let command): .command(command, named: "key_command in the configuration")
    case nil: nil
    }
  }

  /// `LONGSCRIBE_GLM_API_KEY` for the service 'glm'.
  static func ownVariable(of profile: ServiceProfile) -> String {
    let name = profile.name.uppercased().map {
      $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_"
    }
    return "LONGSCRIBE_\(String(name))_API_KEY"
  }

  private static func isSet(_ name: String, _ surroundings: Surroundings) -> Bool {
    !(surroundings[name] ?? "").isEmpty
  }

  /// The address that its keys belong to, if that is not the service's own.
  var baseURL: String? {
    if case .variable(let variable) = self { variable.baseURL } else { nil }
  }

  /// What it is called; never the key.
  var description: String {
    switch self {
    case .file(let path, named: let name): path == name ? path : "\(name) (\(path))"
    case .command(_, named: let name): name
    case .standardInput: "standard input"
    case .variable(let variable): variable.name
    }
  }

  /// What is wrong with the rights of its file: other users can read it.
  var warning: String? {
    guard case .file(let path, named: _) = self else { return nil }
    var status = stat()
    guard FileName.withBytes(path, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 != 0
    else { return nil }
    return "\(path): other users can read this key file; 'chmod 600' helps"
  }
}
