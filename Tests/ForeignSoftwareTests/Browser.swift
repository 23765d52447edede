import Foundation
import TestSupport

/// Chromium without a window, driven by `Clients/browser.py`.
enum Browser {
  /// What is done with a page, one after the other. `browser.py` says what each means.
  enum Step {
    case load
    case size(Int, Int, dark: Bool)
    case wait(String)
    case eval(String)
    case key(String)
    case type(String)
    case click(String)
    case screenshot(String)

    var object: [String: Any] {
      switch self {
      case .load: ["load": true]
      case .size(let width, let height, let dark): ["size": [width, height], "dark": dark]
      case .wait(let expression): ["wait": expression]
      case .eval(let expression): ["eval": expression]
      case .key(let key): ["key": key]
      case .type(let text): ["type": text]
      case .click(let selector): ["click": selector]
      case .screenshot(let path): ["screenshot": path]
      }
    }
  }

  /// What came of it.
  struct Visit: Decodable {
    /// The values of what was evaluated, as JSON.
    var values: [Value]
    /// What the page or the browser complained of.
    var console: [String]
    /// The addresses that were asked for.
    var requests: [String]
  }

  /// A number, a text, a truth, or nothing.
  enum Value: Decodable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral
  {
    case number(Double)
    case text(String)
    case truth(Bool)
    case nothing

    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .truth(value) }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .truth(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else {
        self = .nothing
      }
    }

    var number: Double? { if case .number(let value) = self { value } else { nil } }
  }

  /// Opens a page from the disk and does what is asked.
  static func visit(_ page: String, fragment: String = "", _ steps: [Step]) async throws -> Visit {
    let address = URL(filePath: page).absoluteString + (fragment.isEmpty ? "" : "#\(fragment)")
    let list = try JSONSerialization.data(withJSONObject: steps.map(\.object))
    let result = try await Programs.run(
      "/usr/bin/python3",
      [
        "\(Programs.root)/Tests/ForeignSoftwareTests/Clients/browser.py", ForeignSoftware.chromium,
        address, String(decoding: list, as: UTF8.self),
      ], environment: ["PYTHONDONTWRITEBYTECODE": "1"], limit: 120)
    guard result.status == 0 else { throw Trouble(description: result.errors) }
    return try JSONDecoder().decode(Visit.self, from: Data(result.output.utf8))
  }
}
