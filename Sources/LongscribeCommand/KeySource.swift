import Foundation
import Longscribe

/// Finds a service's key. The key itself is never an argument: those can be seen by every user of the machine.
struct KeySource {
  /// Variables for GLM's key. Accounts of the two sites are separate, so the variable decides which of them gets the key.
  static let variables: [(name: String, baseURL: String)] = [
    ("ZHIPUAI_API_KEY", GLMRecognizer.standardBaseURL),
    ("ZAI_API_KEY", GLMRecognizer.internationalBaseURL),
  ]

  /// Bytes read of a key: more is none.
  private static let mostBytes = 65_536

  let secret: Secret
  /// The address of the service that the key belongs to.
  let baseURL: String

  /// The first key found: --key-file, --key-command, --key-stdin, then the environment.
  static func find(
    _ arguments: ParsedArguments, in environment: [String: String]
  ) throws(CommandFailure) -> KeySource {
    if let file = arguments.value("--key-file") {
      // A handle also reads what is no file on a disk, as in '--key-file <(pass show glm)'.
      guard
        let data = try? FileHandle(forReadingFrom: URL(fileURLWithPath: file)).read(
          upToCount: mostBytes) ?? Data()
      else {
        throw CommandFailure(code: .configuration, message: "\(file): the key file cannot be read")
      }
      return try source(String(decoding: data, as: UTF8.self), from: file)
    }
    if let command = arguments.value("--key-command") {
      return try source(output(of: command), from: "the key command")
    }
    if arguments.flag("--key-stdin") {
      let data = (try? FileHandle.standardInput.read(upToCount: mostBytes)) ?? Data()
      return try source(String(decoding: data, as: UTF8.self), from: "standard input")
    }
    for variable in variables {
      guard let value = environment[variable.name], !value.isEmpty else { continue }
      let found = try source(value, from: variable.name)
      return KeySource(secret: found.secret, baseURL: variable.baseURL)
    }
    throw CommandFailure(
      code: .configuration,
      message:
        "no key for glm: set ZHIPUAI_API_KEY (bigmodel.cn) or ZAI_API_KEY (z.ai), or use --key-file"
    )
  }

  private static func source(_ text: String, from place: String) throws(CommandFailure) -> KeySource
  {
    let secret = Secret(text)
    guard !secret.isEmpty else {
      throw CommandFailure(code: .configuration, message: "\(place) holds no key")
    }
    guard secret.isOneWord else {
      throw CommandFailure(
        code: .configuration, message: "\(place) holds more than a key; only the key may be there")
    }
    return KeySource(secret: secret, baseURL: GLMRecognizer.standardBaseURL)
  }

  private static func output(of command: String) throws(CommandFailure) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil,
      let data = try? pipe.fileHandleForReading.readToEnd() ?? Data()
    else { throw CommandFailure(code: .configuration, message: "the key command cannot be run") }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure(
        code: .configuration,
        message: "the key command failed with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
