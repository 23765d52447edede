import Longscribe
import LongscribeInterchange

/// `longscribe doctor`: looks at all that transcribing needs, and says what to do about what is wrong.
enum DoctorCommand {
  /// What `doctor --json` writes.
  private struct Document: Encodable {
    var version = 1
    var problems: Int
    var warnings: Int
    var findings: [Finding]
  }

  static func run(
    _ arguments: ParsedArguments, console: Console, environment: [String: String]
  ) async throws(CommandFailure) -> ExitCode {
    var findings = SoftwareChecks.findings
    let surroundings: Surroundings
    do throws(CommandFailure) {
      surroundings = try Surroundings(environment)
      findings.append(.ok("configuration", place(surroundings)))
    } catch {
      // All else is looked at as if there were none.
      surroundings = Surroundings(environment, configuration: Configuration())
      findings.append(
        .problem("configuration", error.message, "put it right; no command works until then"))
    }
    findings += KeyChecks.findings(surroundings, wanted: arguments.value("--provider"))
    findings += FolderChecks.state(surroundings) + FolderChecks.temporary(surroundings)
    findings += try await reach(arguments, surroundings)
    let problems = findings.count { $0.verdict == .problem }
    let document = Document(
      problems: problems, warnings: findings.count { $0.verdict == .warning }, findings: findings)
    try console.output(
      arguments.flag("--json")
        ? JSONText.write(document)
        : findings.map { FileName.printableLines($0.lines) }.joined())
    return problems == 0 ? .success : .configuration
  }

  private static func place(_ surroundings: Surroundings) -> String {
    guard let path = ConfigFile.path(in: surroundings.variables) else {
      return "none, because neither XDG_CONFIG_HOME nor HOME is set"
    }
    return InputCheck.exists(path) ? "\(path) is in order" : "\(path) is not there; none is needed"
  }

  /// Calls the address that was asked about, and no other.
  private static func reach(
    _ arguments: ParsedArguments, _ surroundings: Surroundings
  ) async throws(CommandFailure) -> [Finding] {
    let subject = "address"
    let name = arguments.value("--provider")
    let profile = name.flatMap { surroundings.profile($0) }
    if let name, profile == nil, name != ProviderChoice.offlineName {
      let names = surroundings.providerNames
      return [
        .problem(
          subject, "there is no provider '\(name)'",
          "choose one of \(names.joined(separator: ", "))")
      ]
    }
    let own = profile.flatMap { KeyPlace.found(for: $0, in: surroundings)?.baseURL ?? $0.baseURL }
    guard let address = arguments.value("--base-url") ?? own else { return [] }
    let url: BaseURL
    do throws(BaseURLError) {
      url = try BaseURL(address)
    } catch {
      return [.problem(subject, error.description, "give an address such as https://host/v1")]
    }
    let network = try ServiceArguments.network(arguments, timeout: nil)
    switch await Reachability.check(url, network: network) {
    case .answers(let status):
      return [.ok(subject, "\(url.text) answers (status \(status), asked without a key)")]
    case .fails(let reason):
      return [
        .problem(
          subject, "\(url.text): \(reason)",
          "check the address, the network, --proxy (else https_proxy) and --ca-file")
      ]
    }
  }
}

extension FileName {
  /// Lines without characters that would move the cursor, but for their ends.
  fileprivate static func printableLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
      .joined(separator: "\n")
  }
}
