import Longscribe

/// Values of options that the command line leaves out: from variables, then from the configuration.
///
/// Only options that can send nothing to another place and pay for nothing more can have one.
enum Defaults {
  /// Which options, by their names in the configuration; each stands for the option of that name.
  static let names = [
    "provider", "model", "language", "output_format", "output_dir", "concurrency",
  ]
  /// Commands in which they hold. `convert` and `split` mean something else by --provider.
  private static let commands = [
    CommandSyntax.transcribe.name, CommandSyntax.plan.name, CommandSyntax.stitch.name,
  ]

  /// The variable that stands for an option.
  static func variable(_ name: String) -> String { "LONGSCRIBE_\(name.uppercased())" }

  /// The option's own name.
  private static func option(_ name: String) -> String {
    "--" + name.replacing("_", with: "-")
  }

  /// Fills in what the command line leaves out.
  static func apply(
    _ surroundings: Surroundings, to arguments: inout ParsedArguments, of syntax: CommandSyntax
  ) throws(UsageError) {
    guard commands.contains(syntax.name) else { return }
    let variables = Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        surroundings[variable(name)].flatMap { $0.isEmpty ? nil : (name, $0) }
      })
    let sources = [variables, surroundings.configuration.defaults]
    if syntax.options.contains(where: { $0.name == "--provider" }),
      let provider = provider(of: sources[...])
    {
      arguments.setDefault("--provider", provider)
    }
    let chosen = arguments.value("--provider") ?? ProviderChoice.offlineName
    for (place, source) in sources.enumerated() {
      for name in names where syntax.options.contains(where: { $0.name == option(name) }) {
        guard let value = source[name] else { continue }
        switch name {
        // It belongs to the service that stands beside it; to the next one, if there is none.
        case "model" where chosen != provider(of: sources[place...]): continue
        // The offline recogniser has no choice of them.
        case "model", "language":
          guard chosen != ProviderChoice.offlineName else { continue }
        default: break
        }
        arguments.setDefault(option(name), value)
      }
    }
  }

  /// The provider that the first of some sources names.
  private static func provider(of sources: ArraySlice<[String: String]>) -> String? {
    sources.compactMap { $0["provider"] }.first
  }
}
