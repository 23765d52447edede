import Foundation

/// A plan as it stands in JSON, before its numbers are looked at.
struct ReadPlan: Decodable {
  struct Source: Decodable {
    var name: String?
    var bytes: WholeNumber?
    var track: WholeNumber?
    var channel: String?
    var start: Double?
    var end: Double?
  }

  struct Entry: Decodable {
    var index: WholeNumber
    var file: String?
    var start: Double
    var end: Double
    var ownedStart: Double
    var ownedEnd: Double
    var seam: String?
    var silent: Bool?

    enum CodingKeys: String, CodingKey {
      case index, file, start, end, seam, silent
      case ownedStart = "owned_start"
      case ownedEnd = "owned_end"
    }
  }

  var source: Source?
  var provider: String?
  var model: String?
  var host: String?
  var format: String?
  var duration: Double
  var billedSeconds: Double?
  var keepsInventions: Bool?
  var chunks: [Entry]
  var envelope: String?

  enum CodingKeys: String, CodingKey {
    case source, provider, model, host, format, duration, chunks, envelope
    case billedSeconds = "billed_seconds"
    case keepsInventions = "keeps_inventions"
  }

  /// What decides how the rest is to be read.
  private struct Version: Decodable {
    var version: WholeNumber
  }

  /// The plan in a JSON text.
  static func decode(_ json: Data) throws(PlanDocumentError) -> ReadPlan {
    let version = try decode(Version.self, json).version.value
    guard version == PlanDocument.version else {
      throw PlanDocumentError(
        .unknownVersion, at: "version",
        "is \(version); this program reads version \(PlanDocument.version)")
    }
    return try decode(ReadPlan.self, json)
  }

  private static func decode<T: Decodable>(
    _ type: T.Type, _ json: Data
  ) throws(PlanDocumentError) -> T {
    do {
      return try JSONDecoder().decode(type, from: json)
    } catch {
      let problem = DecodingProblem(error)
      throw PlanDocumentError(code(problem.kind), at: problem.place, problem.detail)
    }
  }

  private static func code(_ kind: DecodingProblem.Kind) -> PlanDocumentError.Code {
    switch kind {
    case .notJSON: .notJSON
    case .missing: .missing
    case .invalidValue: .invalidValue
    }
  }
}

/// A count: never below 0, and few enough for a Double to be exact.
struct WholeNumber: Decodable {
  let value: Int

  private static let greatest = 9e15

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let number = try container.decode(Double.self)
    guard let value = Int(exactly: number), (0...Self.greatest).contains(number) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "is \(number), which is no count")
    }
    self.value = value
  }
}
