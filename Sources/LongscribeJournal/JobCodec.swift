import Foundation
package import LongscribeCore

/// Values of jobs as sealed JSON.
enum JobCodec {
  static func encode(_ value: some Encodable) -> Data {
    // Nothing that is kept here holds a number that JSON does not have; if one did, its row would be empty and count as damaged.
    Seal.close((try? JSONEncoder().encode(value)) ?? Data())
  }

  /// The value; `nil` if the bytes are not what was written, or another version wrote them.
  static func decode<T: Decodable>(_ type: T.Type, _ sealed: Data) -> T? {
    Seal.open(sealed).flatMap { try? JSONDecoder().decode(type, from: $0) }
  }

  /// An answer without its raw bytes, and those.
  static func encode(answer: Recognition) -> (body: Data, raw: Data) {
    var light = answer
    light.raw = Data()
    return (encode(light), Seal.close(answer.raw))
  }

  /// An answer; its raw bytes stay where they are, since nothing that is made of it needs them.
  static func answer(body: Data) -> Recognition? { decode(Recognition.self, body) }
}

extension JobRecord {
  /// The record without what has tables of its own.
  package var header: JobRecord {
    var header = self
    header.chunks = []
    header.outcomes = [:]
    header.envelope = Envelope()
    return header
  }
}
