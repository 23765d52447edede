import Foundation
import ServiceSimulator
import TestSupport

/// A service's own client, driven by a script in `Clients`.
enum ServiceClient {
  /// Lets the client transcribe the piece, and returns what it made of the answers.
  static func run<Answers: Decodable>(
    _ script: String, _ simulator: ServiceSimulator, _ type: Answers.Type = Answers.self
  ) async throws -> Answers {
    let result = try await Programs.run(
      ForeignSoftware.clients,
      [
        "\(Programs.root)/Tests/ForeignSoftwareTests/Clients/\(script)", simulator.baseURL,
        "simulator-key", try Speech.shared.piece,
      ], environment: ["NO_PROXY": "*", "PYTHONDONTWRITEBYTECODE": "1"], limit: 180)
    guard result.status == 0 else { throw Trouble(description: result.errors) }
    return try JSONDecoder().decode(type, from: Data(result.output.utf8))
  }
}
