import Synchronization

/// A speech service in this process that behaves as the real one is documented to.
///
/// It listens on 127.0.0.1 only. It keeps to the service's rules strictly and remembers every
/// request, so that a test can ask what really went over the wire.
package final class ServiceSimulator: Sendable {
  /// The port that was bound.
  package var port: UInt16 { server.port }

  /// What a client is given as the service's address.
  package let baseURL: String

  private let handler: TranscriptionHandler
  private let server: HTTPServer
  private let stopSignal = StopSignal()

  /// Starts a simulator; decodes the reference recording first, which may take a second or two.
  package init(configuration: Configuration) throws(SimulatorError) {
    let tools = MediaTools(stop: stopSignal)
    try tools.checkInstalled()
    let recogniser: any Recogniser
    switch configuration.answers {
    case .knownText(let recording, let words, let language):
      recogniser = KnownTextRecogniser(
        recording: try ReferenceRecording(path: recording, tools: tools),
        words: try KnownWords(path: words),
        speaker: IdealTranscriber(language: language, wordErrorRate: configuration.wordErrorRate)
      )
    case .pocketSphinx:
      recogniser = try PocketSphinxRecogniser(stop: stopSignal)
    }
    let service = configuration.speechService
    handler = TranscriptionHandler(
      service: service,
      recogniser: recogniser,
      inspector: AudioInspector(tools: tools, readsPlainWave: configuration.readsPlainWave),
      configuration: configuration
    )
    server = try HTTPServer(
      port: configuration.port,
      bodyLimit: TranscriptionHandler.keptBodyBytes,
      streamPause: configuration.streamPause,
      workers: configuration.workers,
      handler: handler
    )
    baseURL = "http://127.0.0.1:\(server.port)\(service.basePath)"
  }

  deinit {
    stop()
  }

  /// Starts a simulator without blocking the calling task's thread.
  package static func started(
    _ configuration: Configuration
  ) async throws(SimulatorError) -> ServiceSimulator {
    let result = await OwnThread.result { () -> Result<ServiceSimulator, SimulatorError> in
      do throws(SimulatorError) {
        return .success(try ServiceSimulator(configuration: configuration))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// All requests so far, in the order they came.
  package var requests: [ReceivedRequest] { handler.log.requests }

  /// The highest number of requests that were being answered at the same time, refused ones too.
  package var mostRequestsInFlight: Int { handler.log.mostInFlight }

  /// Replaces the ordered faults.
  package func order(faults: [Fault]) {
    handler.faults.replace(with: faults)
  }

  /// Changes the limits for all requests that come from now on.
  package func order(limits: Limits) {
    handler.limits.withLock { $0 = limits }
  }

  /// Closes all connections, answered or not, and frees the port. May be called twice.
  package func stop() {
    stopSignal.set()
    server.stop()
  }

  /// Stops without blocking the calling task's thread.
  package func stopped() async {
    await OwnThread.result { [self] in stop() }
  }
}
