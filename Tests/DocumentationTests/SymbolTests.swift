import Foundation
import TestSupport
import Testing

/// What the products make public.
@Suite(.serialized)
struct SymbolTests {
  /// The modules whose public symbols users see.
  static let modules = [
    "Longscribe", "LongscribeCore", "LongscribeJournal", "LongscribeMedia", "LongscribeServices",
    "LongscribeOffline",
  ]

  private struct Graph: Decodable {
    struct Symbol: Decodable {
      struct Identifier: Decodable {
        var precise: String
      }

      struct Comment: Decodable {
        struct Line: Decodable {
          var text: String
        }

        var lines: [Line]
      }

      struct Place: Decodable {
        var uri: String
      }

      var identifier: Identifier
      var pathComponents: [String]
      var docComment: Comment?
      /// Symbols that the compiler makes have none.
      var location: Place?
    }

    struct Relationship: Decodable {
      var kind: String
      var source: String
      var target: String
    }

    var symbols: [Symbol]
    var relationships: [Relationship]
  }

  /// Writes the public symbols of a module into a folder.
  private static func extract(
    _ module: String, into folder: String, _ more: [String] = []
  ) async throws {
    let result = try await Programs.run(
      try await Toolchain.program("swift-symbolgraph-extract"),
      [
        "-module-name", module, "-minimum-access-level", "public", "-skip-synthesized-members",
        "-target", "x86_64-unknown-linux-gnu", "-swift-version", "6", "-I",
        "\(Programs.products)/Modules", "-output-dir", folder,
      ] + Toolchain.moduleMaps + more)
    guard result.status == 0 else { throw Trouble(description: result.errors) }
  }

  @Test(arguments: modules)
  func `every public symbol is documented`(_ module: String) async throws {
    let folder = try TemporaryFolder()
    try await Self.extract(module, into: folder.path)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("\(module).symbols.json")))
    let graph = try JSONDecoder().decode(Graph.self, from: data)
    // What a protocol asks for is documented there.
    let inherited = Set(
      graph.relationships.filter {
        ["defaultImplementationOf", "requirementOf", "overrides"].contains($0.kind)
          && $0.kind != "requirementOf"
      }.map(\.source))
    let bare = graph.symbols.filter { symbol in
      let text = symbol.docComment?.lines.map(\.text).joined() ?? ""
      return symbol.location != nil && text.allSatisfy(\.isWhitespace)
        && !inherited.contains(symbol.identifier.precise)
    }
    #expect(graph.symbols.count > 1)
    #expect(bare.map { $0.pathComponents.joined(separator: ".") }.sorted() == [])
  }

  /// A dead link is a warning of docc, and so an error here.
  @Test
  func `the catalogue becomes documentation without a warning`() async throws {
    let folder = try TemporaryFolder()
    let graphs = folder.file("graphs")
    try FileManager.default.createDirectory(atPath: graphs, withIntermediateDirectories: true)
    try await Self.extract(
      "Longscribe", into: graphs,
      [
        "-experimental-allowed-reexported-modules=LongscribeCore,LongscribeJournal,LongscribeMedia,LongscribeServices"
      ]
    )
    let result = try await Programs.run(
      try await Toolchain.program("docc"),
      [
        "convert", Snippets.catalogue, "--additional-symbol-graph-dir", graphs,
        "--fallback-display-name", "Longscribe", "--fallback-bundle-identifier", "longscribe",
        "--output-path", folder.file("Longscribe.doccarchive"), "--warnings-as-errors",
      ])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    for article in Snippets.articles where article != "Longscribe.md" {
      let name = article.lowercased().dropLast(".md".count)
      let page = folder.file("Longscribe.doccarchive/data/documentation/longscribe/\(name).json")
      #expect(FileManager.default.fileExists(atPath: page))
    }
  }
}
