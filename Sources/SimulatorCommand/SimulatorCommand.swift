import Glibc
import ServiceSimulator
import SyntheticLecture

/// The command `simulator`: a local stand-in for a speech service.
@main
struct SimulatorCommand {
  static func main() {
    do throws(any Error) {
      switch try CommandOptions.parse(CommandLine.arguments.dropFirst()) {
      case .help:
        Terminal.print(CommandOptions.helpText)
      case .generate(let order):
        try generate(order)
      case .serve(let configuration, let keyHint):
        try serve(configuration, keyHint: keyHint)
      }
    } catch let error as UsageError {
      Terminal.printError("Error: \(error.message)\n\n\(CommandOptions.helpText)")
      exit(64)
    } catch {
      Terminal.printError("Error: \(error)\n")
      exit(1)
    }
  }

  private static func generate(_ order: GenerationOrder) throws {
    let lecture = SyntheticLecture(
      seed: order.seed,
      seconds: order.seconds,
      language: order.language
    )
    if mkdir(order.folder, 0o755) != 0, errno != EEXIST {
      throw UsageError(message: "cannot make the folder \(order.folder)")
    }
    let recording = "\(order.folder)/recording.wav"
    let words = "\(order.folder)/words.tsv"
    try lecture.write(wav: recording)
    try lecture.write(words: words)
    Terminal.print("\(recording)\n\(words)\n")
  }

  private static func serve(_ configuration: ServiceSimulator.Configuration, keyHint: String) throws
  {
    // Blocked before any thread starts, so that only the wait below gets them.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    var configuration = configuration
    configuration.observer = { Terminal.printError(RequestLine.text(for: $0) + "\n") }
    let simulator = try ServiceSimulator(configuration: configuration)
    let hint = ClientHint(configuration.service)
    Terminal.print(
      "\(simulator.baseURL)  try: \(hint.keyVariable)=\(keyHint) scripts/longscribe transcribe FILE "
        + "--provider \(hint.provider) --base-url \(simulator.baseURL)\n"
    )
    var signal: Int32 = 0
    sigwait(&signals, &signal)
    simulator.stop()
  }
}
