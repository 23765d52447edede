import Foundation
import TestSupport

/// Code that documentation shows, and the code that is compiled.
enum Snippets {
  /// A block of code in an article.
  struct Block: Sendable, CustomStringConvertible {
    var article: String
    var language: String
    var line: Int
    var code: String

    var description: String { "\(article):\(line)" }
  }

  static let catalogue = "\(Programs.root)/Sources/Longscribe/Longscribe.docc"
  /// How the names of files end, by the language's name in articles.
  private static let endings = ["swift": ".swift", "c": ".c", "python": ".py"]
  /// Where code is compiled, by the language's name in articles.
  private static let sources = [
    "swift": ["Tests/DocumentationTests/Snippets"],
    "c": ["Tests/LongscribeCTests/Programs"], "python": ["Tests/LongscribeCTests/Programs"],
  ]

  /// The names of the articles' files.
  static var articles: [String] { names(in: catalogue, ending: ".md") }

  /// The Swift files with snippets.
  static var swiftFiles: [String] {
    let folder = "\(Programs.root)/Tests/DocumentationTests/Snippets"
    return names(in: folder, ending: ".swift").map { "\(folder)/\($0)" }
  }

  private static func names(in folder: String, ending: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(ending) }.sorted()
  }

  /// All blocks of all articles that name a language.
  static var blocks: [Block] {
    articles.flatMap { article -> [Block] in
      let path = "\(catalogue)/\(article)"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
      var blocks: [Block] = []
      var open: Block?
      for (index, line) in text.components(separatedBy: "\n").enumerated() {
        if var block = open {
          if line == "```" {
            blocks.append(block)
            open = nil
          } else {
            block.code += line + "\n"
            open = block
          }
        } else if line.hasPrefix("```") {
          open = Block(
            article: article, language: String(line.dropFirst(3)), line: index + 1, code: "")
        }
      }
      return blocks
    }
  }

  /// The code between marks in the files of a language, by name, as it stands in an article: without the indentation of its place.
  static func compiled(_ language: String) throws -> [String: String] {
    var snippets: [String: String] = [:]
    for folder in sources[language] ?? [] {
      let place = "\(Programs.root)/\(folder)"
      for name in names(in: place, ending: endings[language] ?? "") {
        let text = try String(contentsOfFile: "\(place)/\(name)", encoding: .utf8)
        snippets.merge(marked(text)) { first, _ in first }
      }
    }
    return snippets
  }

  private static func marked(_ text: String) -> [String: String] {
    var snippets: [String: String] = [:]
    var open: (name: String, lines: [String])?
    for line in text.components(separatedBy: "\n") {
      let words = line.trimmingCharacters(in: CharacterSet(charactersIn: " /*#"))
      if words.hasPrefix("snippet: ") {
        open = (String(words.dropFirst("snippet: ".count)), [])
      } else if words == "end", let (name, lines) = open {
        let text = lines.filter { !$0.allSatisfy { $0 == " " } }
        let margin = text.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        snippets[name] = lines.map { $0.dropFirst(min(margin, $0.count)) + "\n" }.joined()
        open = nil
      } else if open != nil {
        open?.lines.append(line)
      }
    }
    return snippets
  }
}
