import Foundation
import TestSupport
import Testing

/// The README in two languages. Prose is for people to compare; whatever a reader copies, runs or looks up has to be the same in both.
struct READMETranslationTests {
  private static let english = "README.md"
  private static let chinese = "README.zh-CN.md"

  private static func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(Programs.root)/\(name)", encoding: .utf8)
  }

  @Test
  func `headings, code, tables and links are the same in both languages`() throws {
    let page = Page(try Self.text(Self.english))
    let differences = page.differences(from: Page(try Self.text(Self.chinese)))
    #expect(differences == [], "\(differences.joined(separator: "\n"))")
    // What the parser does not see it cannot compare.
    #expect(min(page.levels.count, page.blocks.count, page.tables.count) > 10)
    #expect(page.targets.contains("docs/report.png") && page.anchors != [])
  }

  @Test(arguments: [english, chinese])
  func `links within a README lead to one of its headings`(_ name: String) throws {
    let dead = Page(try Self.text(name)).deadAnchors
    #expect(dead == [], "\(dead)")
  }

  /// Whoever reads no more than that has done all the set-up.
  @Test(arguments: [
    (english, "English | [简体中文](README.zh-CN.md)"), (chinese, "[English](README.md) | 简体中文"),
  ])
  func `a README begins with the way to the other one, and with the two commands`(
    _ name: String, _ languages: String
  ) throws {
    let commands = "    scripts/longscribe transcribe Fixtures/lecture.m4a\n    scripts/test\n"
    #expect(try Self.text(name).hasPrefix("# Longscribe\n\n\(languages)\n\n\(commands)\n"))
  }

  private static let sample = """
    # Tool

    [Costs](#what-it-costs-and-why) and [more](docs/more.md) of `--all`.

        tool run a.wav    # runs it
        tool stop

    ## What it costs, and why?

    | name | rate |
    | --- | --- |
    | `fast`, a\\|b | 0.06 USD, 1,400 s |
    | `slow` | 3 USD |

    ```swift
    run("https://a.example")  // now
    ```
    """

  @Test(arguments: [
    ("0.06", "0.6"), ("1,400", "1400"), ("`slow`", "`Slow`"), ("`slow` |", "slow |"),
    ("| `slow` | 3 USD |\n", ""), (" | 3 USD |", " | 3 | USD |"), ("    tool stop\n", ""),
    ("tool run a.wav", "tool a.wav"), ("\n## What it costs, and why?\n", ""), ("## W", "### W"),
    ("a.example", "b.example"), ("```swift", "```c"), ("docs/more.md", "docs/less.md"),
    ("--all", "--none"),
  ])
  func `a difference is noticed`(_ old: String, _ new: String) {
    let changed = Self.sample.replacing(old, with: new)
    #expect(changed != Self.sample)
    #expect(Page(Self.sample).differences(from: Page(changed)) != [])
  }

  @Test(arguments: [
    ("# runs it", "# 运行"), ("// now", "// 现在"), ("What it costs, and why?", "费用（一览）"),
    ("[Costs](#what-it-costs-and-why)", "[费用](#费用)"), ("| name | rate |", "| 名称 | 价格 |"),
    ("0.06 USD, 1,400 s", "1,400 秒，0.06 美元"), ("tool stop\n", "tool stop  \n"),
  ])
  func `words, their order and comments may differ`(_ old: String, _ new: String) {
    let changed = Self.sample.replacing(old, with: new)
    #expect(changed != Self.sample)
    #expect(Page(Self.sample).differences(from: Page(changed)) == [])
  }

  @Test
  func `a link to a heading that is not there is noticed`() {
    #expect(Page(Self.sample).deadAnchors == [])
    let renamed = Self.sample.replacing("What it costs, and why?", with: "费用（一览）")
    #expect(Page(renamed).deadAnchors == ["what-it-costs-and-why"])
    #expect(Page(renamed.replacing("#what-it-costs-and-why", with: "#费用一览")).deadAnchors == [])
  }
}

/// What two languages have in common: a Markdown page without its words.
private struct Page {
  /// A row of a table: numbers and code spans in any order, since languages differ in theirs.
  struct Row: Equatable {
    var cells: Int
    var numbers: [String]
    var code: [String]
  }

  var levels: [Int] = []
  /// Headings as GitHub's anchors.
  var slugs: Set<String> = []
  /// Code without comments, fenced or indented; the first line is its language.
  var blocks: [String] = []
  var tables: [[Row]] = []
  /// Where links and pictures lead outside the page, the other README aside.
  var targets: Set<String> = []
  /// All code spans: what they name is not translated.
  var spans: Set<String> = []
  var anchors: Set<String> = []

  var deadAnchors: [String] { anchors.subtracting(slugs).sorted() }

  init(_ text: String) {
    var prose = ""
    var fence: String?
    var before = ""
    var isIndented = false
    for line in text.components(separatedBy: "\n") {
      defer { before = line }
      let wasIndented = isIndented
      isIndented = fence == nil && line.hasPrefix("    ") && (wasIndented || before.isEmpty)
      if let language = fence {
        if line == "```" { fence = nil } else { addCode(line, language) }
      } else if isIndented {
        if !wasIndented { blocks.append("sh") }
        addCode(line, "sh")
      } else if line.hasPrefix("```") {
        fence = String(line.dropFirst(3))
        blocks.append(String(line.dropFirst(3)))
      } else {
        if line.hasPrefix("#") { addHeading(line) }
        if line.hasPrefix("|") {
          if !before.hasPrefix("|") { tables.append([]) }
          tables[tables.count - 1].append(Self.row(line))
        }
        prose += line + " "
      }
    }
    spans = Set(prose.matches(of: /`[^`]+`/).map { String($0.output) })
    for link in prose.replacing(/`[^`]+`/, with: "").matches(of: /\]\(([^()\s]+)/) {
      let target = String(link.output.1)
      if target.hasPrefix("#") {
        anchors.insert(target.dropFirst().removingPercentEncoding ?? target)
      } else if target != "README.md" && target != "README.zh-CN.md" {
        targets.insert(target)
      }
    }
  }

  private mutating func addCode(_ line: String, _ language: String) {
    // A mark of a comment stands at the start of a line or after a space: `https://` has none.
    let code =
      switch language {
      case "sh": line.replacing(/(^|\s)#.*/, with: "")
      case "swift": line.replacing(/(^|\s)\/\/.*/, with: "")
      default: line
      }
    blocks[blocks.count - 1] += "\n" + code.replacing(/\s+$/, with: "")
  }

  private mutating func addHeading(_ line: String) {
    let level = line.prefix { $0 == "#" }.count
    levels.append(level)
    let title = line.dropFirst(level).trimmingCharacters(in: .whitespaces).lowercased()
    let kept = title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
    slugs.insert(kept.replacing(" ", with: "-"))
  }

  private static func row(_ line: String) -> Row {
    let line = line.replacing("\\|", with: "")
    let words = line.replacing(/`[^`]+`/, with: "")
    return Row(
      cells: line.count { $0 == "|" } - 1,
      numbers: words.matches(of: /[0-9]+(?:[.,][0-9]+)*/).map { String($0.output) }.sorted(),
      code: line.matches(of: /`[^`]+`/).map { String($0.output) }.sorted())
  }

  func differences(from other: Page) -> [String] {
    Self.differences("heading's level", levels, other.levels)
      + Self.differences("block", blocks, other.blocks)
      + Self.differences("table's length", tables.map(\.count), other.tables.map(\.count))
      + Self.differences("row", tables.flatMap(\.self), other.tables.flatMap(\.self))
      + targets.symmetricDifference(other.targets).sorted().map { "link to \($0)" }
      + spans.symmetricDifference(other.spans).sorted()
  }

  private static func differences<Part: Equatable>(
    _ name: String, _ parts: [Part], _ others: [Part]
  ) -> [String] {
    let pairs = zip(parts, others).enumerated().filter { $1.0 != $1.1 }
    return pairs.map { "\(name) \($0 + 1): \($1.0), \($1.1)" }
      + (parts.count == others.count ? [] : ["\(name): \(parts.count), \(others.count)"])
  }
}
