import Foundation
import LongscribeCore
import Testing

/// A value put at a place of a good plan, and what is said of it.
struct PlanMistake: Sendable, CustomTestStringConvertible {
  /// Names and indexes that lead there.
  var path: [String]
  /// JSON; `nil` takes the place out.
  var value: String?
  var code: PlanDocumentError.Code
  var message: String

  init(_ path: String, _ value: String?, _ code: PlanDocumentError.Code, _ message: String) {
    self.path = path.split(separator: "/").map(String.init)
    self.value = value
    self.code = code
    self.message = message
  }

  var testDescription: String { "\(path.joined(separator: "/")) = \(value ?? "nothing")" }

  /// The plan with the mistake.
  var json: Data {
    get throws {
      func put(_ object: Any, _ path: ArraySlice<String>) throws -> Any? {
        guard let name = path.first else {
          return try value.map {
            try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
          }
        }
        if var list = object as? [Any], let index = Int(name) {
          if let inner = try put(list[index], path.dropFirst()) { list[index] = inner }
          return list
        }
        var fields = object as? [String: Any] ?? [:]
        fields[name] = try put(fields[name] ?? [String: Any](), path.dropFirst())
        return fields
      }
      let object = try put(PlanDocumentTests.plain, path[...]) ?? [:]
      return try JSONSerialization.data(withJSONObject: object)
    }
  }
}

@Suite("Plans that cannot be read")
struct PlanDocumentErrorTests {
  private static func error(_ json: Data) -> PlanDocumentError? {
    do throws(PlanDocumentError) {
      _ = try PlanDocument(json: json)
      return nil
    } catch {
      return error
    }
  }

  private static let mistakes: [PlanMistake] = [
    PlanMistake("version", nil, .missing, "version is missing"),
    PlanMistake("version", "2", .unknownVersion, "version is 2; this program reads version 1"),
    PlanMistake("version", "\"1\"", .invalidValue, "version is no number"),
    PlanMistake("duration", nil, .missing, "duration is missing"),
    PlanMistake("duration", "null", .missing, "duration is null"),
    PlanMistake("duration", "\"30\"", .invalidValue, "duration is no number"),
    PlanMistake("duration", "true", .invalidValue, "duration is no number"),
    PlanMistake("duration", "-1", .invalidValue, "duration is negative: -1.0"),
    PlanMistake("duration", "1e16", .invalidValue, "duration is 1e+16 s, which no recording has"),
    PlanMistake(
      "duration", "31", .doesNotTile,
      "chunks[2].owned_end is 30.0 s, but the recording ends at 31.0 s"),
    PlanMistake(
      "duration", "29", .invalidValue,
      "chunks[2].end is 30.0 s, after the recording's end at 29.0 s"),
    PlanMistake("source", "7", .invalidValue, "source is no object"),
    PlanMistake("source/name", "\"a\\u0000b\"", .invalidValue, "source.name holds a zero byte"),
    PlanMistake("source/bytes", "-1", .invalidValue, "source.bytes is -1.0, which is no count"),
    PlanMistake("source/track", "1.5", .invalidValue, "source.track is 1.5, which is no count"),
    PlanMistake(
      "source/channel", "\"up\"", .invalidValue, "source.channel is 'up': no channel is called so"),
    PlanMistake(
      "source/start", "1", .doesNotTile,
      "chunks[0].owned_start is 0.0 s, but the recording begins at 1.0 s"),
    PlanMistake("source/start", "-1", .invalidValue, "source.start is negative: -1.0"),
    PlanMistake("format", "\"exe\"", .invalidValue, "format is 'exe', which is unknown"),
    PlanMistake("billed_seconds", "-3", .invalidValue, "billed_seconds is negative: -3.0"),
    PlanMistake("envelope", "\"%%%\"", .invalidValue, "envelope is no base64"),
    PlanMistake("envelope", "[1]", .invalidValue, "envelope is no text"),
    PlanMistake(
      "envelope", "\"AAAA\"", .invalidValue,
      "envelope has 3 values; at 100 a second the recording has 3000"),
    PlanMistake("chunks", nil, .missing, "chunks is missing"),
    PlanMistake("chunks", "[]", .missing, "chunks is empty"),
    PlanMistake("chunks", "{}", .invalidValue, "chunks is no list"),
    PlanMistake("chunks/1", "7", .invalidValue, "chunks[1] is no object"),
    PlanMistake("chunks/1/index", nil, .missing, "chunks[1].index is missing"),
    PlanMistake(
      "chunks/1/index", "-1", .invalidValue, "chunks[1].index is -1.0, which is no count"),
    PlanMistake(
      "chunks/1/index", "1e40", .invalidValue, "chunks[1].index is 1e+40, which is no count"),
    PlanMistake("chunks/2/index", "0", .duplicate, "chunks[2].index is 0, as that of chunks[0]"),
    PlanMistake("chunks/1/start", nil, .missing, "chunks[1].start is missing"),
    PlanMistake("chunks/1/end", "\"x\"", .invalidValue, "chunks[1].end is no number"),
    PlanMistake("chunks/1/start", "-0.5", .invalidValue, "chunks[1].start is negative: -0.5"),
    PlanMistake(
      "chunks/1/start", "21", .invalidValue,
      "chunks[1].end is 21.0 s, not after its start at 21.0 s"),
    PlanMistake(
      "chunks/1/end", "19", .invalidValue,
      "chunks[1] has audio from 9.0 to 19.0 s, but is to answer for 10.0 to 20.0 s"),
    PlanMistake(
      "chunks/1/owned_end", "10", .invalidValue,
      "chunks[1].owned_end is 10.0 s, not after its start at 10.0 s"),
    PlanMistake(
      "chunks/1/owned_start", "10.001", .doesNotTile,
      "chunks[1].owned_start is 10.001 s, but chunks[0] ends at 10.0 s"),
    PlanMistake(
      "chunks/1/owned_start", "9.5", .doesNotTile,
      "chunks[1].owned_start is 9.5 s, but chunks[0] ends at 10.0 s"),
    PlanMistake(
      "chunks/0/owned_start", "0.5", .doesNotTile,
      "chunks[0].owned_start is 0.5 s, but the recording begins at 0.0 s"),
    PlanMistake(
      "chunks/1/seam", "\"glue\"", .invalidValue,
      "chunks[1].seam is 'glue'; there are pause, valley and forced"),
    PlanMistake(
      "chunks/1/silent", "\"yes\"", .invalidValue, "chunks[1].silent is no true or false"),
    PlanMistake("chunks/1/file", "7", .invalidValue, "chunks[1].file is no text"),
    PlanMistake(
      "chunks/1/file", "\"chunk-00000.mp3\"", .duplicate,
      "chunks[1].file is 'chunk-00000.mp3': its answers would have the names of those to chunks[0]"),
  ]

  @Test("The message names the place and what is wrong there", arguments: mistakes)
  func placeIsNamed(_ mistake: PlanMistake) throws {
    let json = try mistake.json
    let error = try #require(Self.error(json))
    #expect(error.code == mistake.code)
    #expect(error.description == mistake.message)
  }

  @Test(
    "No name leads out of the folder, or breaks a line",
    arguments: [
      "", ".", "..", "/etc/passwd", "../../etc/passwd", "a/b.wav", "a\u{0}.wav", "a\n.wav",
      "a\u{2028}.wav", "\u{1B}[2J.wav", String(repeating: "n", count: 256),
    ])
  func names(_ name: String) throws {
    let text = String(decoding: try JSONEncoder().encode([name]), as: UTF8.self)
    let mistake = PlanMistake(
      "chunks/1/file", String(text.dropFirst().dropLast()), .invalidValue, "")
    let json = try mistake.json
    let error = try #require(Self.error(json))
    #expect(error.code == .invalidValue)
    #expect(error.place == "chunks[1].file")
    #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x2028 })
    #expect(error.description.count < 200)
  }

  @Test("Chunks in another order than the recording's do not tile it")
  func order() throws {
    var object = PlanDocumentTests.plain
    object["chunks"] = (object["chunks"] as? [Any])?.reversed().map { $0 }
    let error = Self.error(try JSONSerialization.data(withJSONObject: object))
    #expect(error?.code == .doesNotTile)
    #expect(error?.place == "chunks[0].owned_start")
  }

  @Test(
    "What is no JSON, or only its beginning, is called so",
    arguments: [
      "", " ", "{", "plan", "[1, 2]", "7", "\"text\"", "<html></html>", "\u{0}\u{1}\u{2}",
      "{\"version\": 1, \"duration\": 30, \"chunks\": [{\"index\": 0, \"sta",
      "{\"version\": 1, \"duration\": NaN}", String(repeating: "[", count: 100_000),
      "{\"version\": 1, \"duration\": 1e999, \"chunks\": []}",
    ])
  func noJSON(_ text: String) throws {
    let error = try #require(Self.error(Data(text.utf8)))
    #expect([.notJSON, .invalidValue].contains(error.code), "\(error)")
    #expect(error.description.count < 200)
  }

  @Test("Bytes that are no UTF-8 are no plan", arguments: [[0xFF, 0xFE, 0x7B], [0x80], [0xC3]])
  func noText(_ bytes: [UInt8]) throws {
    #expect(Self.error(Data(bytes))?.code == .notJSON)
  }

  @Test("More bytes than any plan has are not read")
  func tooLarge() throws {
    let error = Self.error(Data(count: PlanDocument.maximumBytes + 1))
    #expect(error?.code == .tooLarge)
  }
}
