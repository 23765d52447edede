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
    apply(variables, to: &arguments, of: syntax)
    apply(surroundings.configuration.defaults, to: &arguments, of: syntax)
  }

  /// Fills in what one source has.
  private static func apply(
    _ values: [String: String], to arguments: inout ParsedArguments, of syntax: CommandSyntax
  ) {
    let chosen = arguments.value("--provider")
    for name in names {
      guard let value = values[name], syntax.options.contains(where: { $0.name == option(name) })
      else { continue }
      // A model belongs to the service that stands beside it, and a recogniser that speaks one language needs none.
      if name == "model", let chosen, chosen != values["provider"] { continue }
      if name != "provider", ["model", "language"].contains(name),
        (arguments.value("--provider") ?? ProviderChoice.offlineName) == ProviderChoice.offlineName
      {
        continue
      }
      arguments.setDefault(option(name), value)
    }
  }
}
