import Foundation
import TestSupport

/// The C library as a C programmer finds it: under a prefix, with header and pkg-config file.
final class CLibrary: Sendable {
  private let folder: TemporaryFolder
  /// What is under the prefix.
  var prefix: String { folder.path }
  var library: String { folder.file("lib/liblongscribe.so.1") }
  var header: String { folder.file("include/longscribe.h") }

  private init() async throws {
    folder = try TemporaryFolder()
    let result = try await Programs.run(
      "\(Programs.root)/scripts/build-c-library", [folder.path, Programs.products])
    guard result.status == 0 else { throw Trouble(description: result.errors) }
  }

  private static let made = Task {
    // Nothing that a type holds is released when a process ends.
    atexit { CLibrary.remove() }
    let library = try await CLibrary()
    place.withLock { $0 = library.prefix }
    return library
  }

  private static let place = Place()

  private static func remove() {
    place.withLock { path in
      if let path { try? FileManager.default.removeItem(atPath: path) }
    }
  }

  /// The library, installed once for all tests.
  static var shared: CLibrary {
    get async throws { try await made.value }
  }

  /// A program of `Programs`, compiled by gcc as pkg-config says.
  func compiled(_ name: String, in folder: TemporaryFolder) async throws -> String {
    let program = folder.file(name)
    let source = "\(Programs.root)/Tests/LongscribeCTests/Programs/\(name).c"
    let result = try await Programs.run(
      "/bin/bash",
      [
        "-c",
        """
        gcc -std=c99 -D_GNU_SOURCE -Wall -Wextra -pedantic -Werror -O1 -o "$1" "$2" \
          $(pkg-config --cflags --libs longscribe) -lpthread -Wl,-rpath,"$(pkg-config --variable=libdir longscribe)"
        """, "compile", program, source,
      ], environment: ["PKG_CONFIG_PATH": "\(prefix)/lib/pkgconfig"])
    guard result.status == 0 else { throw Trouble(description: result.errors) }
    return program
  }
}

/// A path that many threads may know.
private final class Place: @unchecked Sendable {
  private let lock = NSLock()
  private var path: String?

  func withLock(_ body: (inout String?) -> Void) {
    lock.lock()
    defer { lock.unlock() }
    body(&path)
  }
}

/// What a C or Python program of `Programs` tells of a call.
struct ProgramAnswer {
  var status: Int32
  var events: [[String: Any]]
  var answer: [String: Any]

  /// Reads what `transcribe.c` prints.
  init(c result: ProgramResult) throws {
    status = result.status
    events = []
    let marker = "answer "
    let lines = result.output.components(separatedBy: "\n")
    for line in lines where line.hasPrefix("event ") {
      events.append(try Self.object(String(line.dropFirst(6))))
    }
    guard let start = lines.firstIndex(where: { $0.hasPrefix(marker) }) else {
      throw Trouble(description: "no answer: \(result.output)\(result.errors)")
    }
    let text = lines[start...].joined(separator: "\n").dropFirst(marker.count)
    answer = try Self.object(String(text))
  }

  /// Reads what `transcribe.py` prints.
  init(python result: ProgramResult) throws {
    guard result.status == 0 else { throw Trouble(description: result.errors) }
    let all = try Self.object(result.output)
    guard let status = all["status"] as? Int, let events = all["events"] as? [[String: Any]],
      let answer = all["answer"] as? [String: Any]
    else { throw Trouble(description: result.output) }
    self.status = Int32(status)
    self.events = events
    self.answer = answer
  }

  static func object(_ text: String) throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    else { throw Trouble(description: "no object: \(text)") }
    return object
  }

  var types: [String] { events.compactMap { $0["type"] as? String } }
  var transcript: [String: Any]? { answer["transcript"] as? [String: Any] }
  var text: String? { transcript?["text"] as? String }
  var error: [String: Any]? { answer["error"] as? [String: Any] }
}
