private import Foundation

/// Text as it can stand in a page without ending what it stands in, whatever it holds.
enum PageText {
  /// Text between tags or in an attribute's double quotes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// JSON inside a script element. These characters can only be in strings there, so that escapes say the same; without them nothing
  /// looks like the end of the element, or like a comment in it.
  static func script(_ json: String) -> String {
    var result = ""
    result.reserveCapacity(json.utf8.count)
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "&": result += "\\u0026"
      case "\u{2028}": result += "\\u2028"
      case "\u{2029}": result += "\\u2029"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A template with its places filled: `{{name}}` gives way to the value of that name. Values are not looked into.
  static func filled(_ template: String, _ values: [String: String]) -> String {
    var result = ""
    for (number, part) in template.components(separatedBy: "{{").enumerated() {
      guard number > 0, let end = part.range(of: "}}") else {
        result += part
        continue
      }
      result += values[String(part[..<end.lowerBound])] ?? ""
      result += part[end.upperBound...]
    }
    return result
  }
}
