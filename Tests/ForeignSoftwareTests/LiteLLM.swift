import Foundation
import ServiceSimulator
import TestSupport

/// LiteLLM's proxy in front of a simulator of OpenAI.
struct LiteLLM: Sendable {
  static let masterKey = "sk-master-4711"

  let baseURL: String
  let simulator: ServiceSimulator

  /// Works with the proxy and ends it.
  static func run<Result>(
    _ work: (LiteLLM) async throws -> Result
  ) async throws -> Result {
    let folder = try TemporaryFolder()
    return try await Speech.shared.simulating { simulator in
      // The proxy's own repetitions are turned off: what the service says has to come through.
      try """
      model_list:
        - model_name: whisper-1
          litellm_params:
            model: openai/whisper-1
            api_base: \(simulator.baseURL)
            api_key: simulator-key
            max_retries: 0
      general_settings:
        master_key: \(masterKey)
      router_settings:
        num_retries: 0
        disable_cooldowns: true
      litellm_settings:
        telemetry: false
      """.write(toFile: folder.file("proxy.yaml"), atomically: false, encoding: .utf8)
      return try await Daemon.run(
        ForeignSoftware.litellm,
        // Prices and the like would be fetched from elsewhere.
        environment: [
          "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "NO_PROXY": "*",
          "HOME": folder.path,
        ], folder: folder.path, within: 200,
        arguments: { port in
          [
            "-c", "from litellm import run_server; run_server()", "--config",
            folder.file("proxy.yaml"), "--host", "127.0.0.1", "--port", "\(port)",
          ]
        }
      ) { try await work(LiteLLM(baseURL: "http://127.0.0.1:\($0)/v1", simulator: simulator)) }
    }
  }

  /// Transcribes with these faults of the service, and returns the run and the calls that reached the service.
  func transcribe(
    key: String = masterKey, faults: [Fault] = [], _ options: [String] = []
  ) async throws -> (run: Run, requests: [ReceivedRequest]) {
    let before = simulator.requests.count
    simulator.order(faults: faults)
    let run = try await Run.transcribe(baseURL, key: key, options)
    return (run, Array(simulator.requests.dropFirst(before)))
  }
}
