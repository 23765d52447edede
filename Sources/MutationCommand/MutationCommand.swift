private import Foundation

/// Damages every file of a folder again and again, and looks whether all is well with what we do with it.
///
/// Built with sanitizers, as `scripts/mutate` and `scripts/fuzz` build it, it also finds what C does wrong in silence. The file of
/// the case that is being tried lies in the scratch folder; it stays there if the program ends in the middle of it.
@main
struct MutationCommand {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      complain(Options.usage)
      exit(64)
    }
    // A reader that gives up must not end the writer.
    signal(SIGPIPE, SIG_IGN)
    do {
      let run = try Run(options)
      exit(run.all() ? 0 : 1)
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
