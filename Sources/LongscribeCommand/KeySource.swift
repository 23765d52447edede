import Foundation
import Longscribe
import LongscribeInterchange

/// Finds a service's key. The key itself is never an argument: those can be seen by every user of the machine.
enum KeySource {
  /// Bytes read of a key: more is none.
  private static let mostBytes = 65_536

  /// Reads the key; `nil` if there is no place to read it from.
  static func read(
    _ place: KeyPlace?, in surroundings: Surroundings
  ) throws(CommandFailure) -> Secret? {
    switch place {
    case nil: return nil
    case .file(let path, named: let name):
      // A handle also reads what is no file on a disk, as in '--key-file <(pass show glm)'.
      guard
        let data = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(
          upToCount: mostBytes) ?? Data()
      else {
        throw CommandFailure(code: .configuration, message: "\(path): the key file cannot be read")
      }
      return try source(String(decoding: data, as: UTF8.self), from: name)
    case .command(let command, named: let name):
      return try source(output(of: command, named: name), from: name)
    case .standardInput:
      let data = (try? FileHandle.standardInput.read(upToCount: mostBytes)) ?? Data()
      return try source(String(decoding: data, as: UTF8.self), from: "standard input")
    case .variable(let variable):
      return try source(surroundings[variable.name] ?? "", from: variable.name)
    }
  }

  /// What to say where a key is needed and there is none.
  static func missing(_ profile: ServiceProfile) -> String {
    let names = profile.keyVariables.map { variable in
      let host = variable.baseURL.flatMap { try? BaseURL($0).host }
      return host.map { "\(variable.name) (\($0))" } ?? variable.name
    }
    guard !names.isEmpty else {
      return
        "no key for \(profile.name): name its variable with 'key_variable' in the configuration, "
        + "or use --key-file"
    }
    return "no key for \(profile.name): set \(names.joined(separator: " or ")), or use --key-file"
  }

  private static func source(_ text: String, from place: String) throws(CommandFailure) -> Secret {
    let secret = Secret(text)
    guard !secret.isEmpty else {
      throw CommandFailure(code: .configuration, message: "\(place) holds no key")
    }
    guard secret.isOneWord else {
      throw CommandFailure(
        code: .configuration, message: "\(place) holds more than a key; only the key may be there")
    }
    return secret
  }

  private static func output(
    of command: String, named name: String
  ) throws(CommandFailure) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else {
      throw CommandFailure(code: .configuration, message: "\(name) cannot be run")
    }
    let data = (try? pipe.fileHandleForReading.read(upToCount: mostBytes)) ?? Data()
    // A command that says more than any key does is not listened to any further.
    try? pipe.fileHandleForReading.close()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure(
        code: .configuration,
        message: "\(name) failed with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
