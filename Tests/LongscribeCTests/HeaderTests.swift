import Foundation
import TestSupport
import Testing

/// The checked-in header against the library. That the types agree, the compiler has found out: the functions are implementations of the
/// header's declarations.
struct HeaderTests {
  private static func output(_ line: String) async throws -> String {
    let result = try await Programs.run("/bin/bash", ["-c", line])
    guard result.status == 0 else { throw Trouble(description: "\(line): \(result.errors)") }
    return result.output
  }

  @Test
  func `the library exports the functions of the header and nothing else`() async throws {
    let library = try await CLibrary.shared
    let header = try String(contentsOfFile: library.header, encoding: .utf8)
      .replacing(/\/\*(?:.|\n)*?\*\//, with: "")
    let declared = header.matches(of: /\b(longscribe_\w+)\s*\(/).map { String($0.1) }
    #expect(declared.count == 10)
    let table = try await Self.output("nm -D --defined-only '\(library.library)'")
    let exported = table.split(separator: "\n").compactMap { line -> String? in
      let fields = line.split(separator: " ")
      // Small letters are symbols that nobody outside can use; the version's own name is an absolute one.
      guard fields.count == 3, fields[1].allSatisfy(\.isUppercase), fields[1] != "A" else {
        return nil
      }
      return fields[2].split(separator: "@").first.map(String.init)
    }
    #expect(Set(exported) == Set(declared))
  }

  @Test
  func `the library has a name of its own and needs nothing of Swift's`() async throws {
    let library = try await CLibrary.shared
    let table = try await Self.output("readelf -d '\(library.library)'")
    #expect(table.contains("Library soname: [liblongscribe.so.1]"))
    #expect(table.contains("Shared library: [libavformat"))
    #expect(!table.contains("libswift"))
    #expect(!table.contains("libFoundation"))
    #expect(!table.contains("/swift/"))
  }

  @Test
  func `the installed header is the checked-in one, and pkg-config finds it`() async throws {
    let library = try await CLibrary.shared
    #expect(
      FileManager.default.contentsEqual(
        atPath: library.header, andPath: "\(Programs.root)/Sources/CLongscribe/longscribe.h"))
    // Asked for the version, it tells nothing else.
    let ask = "PKG_CONFIG_PATH='\(library.prefix)/lib/pkgconfig' pkg-config"
    let flags = try await Self.output("\(ask) --cflags --libs longscribe")
    #expect(flags.contains("-I\(library.prefix)/include"))
    #expect(flags.contains("-L\(library.prefix)/lib -llongscribe"))
    #expect(try await Self.output("\(ask) --modversion longscribe") == "0.1.0\n")
  }
}
