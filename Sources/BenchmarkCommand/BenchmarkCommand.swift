private import Foundation

/// Measures the pure layer by itself; `scripts/bench` runs it with everything else.
@main
struct BenchmarkCommand {
  private static let usage = """
    benchmark [core]                                          time of planner and stitching
    benchmark stitch [--seams N] [--seed S] [--only NAME]     errors at seams, next to other rules

    """

  static func main() {
    var arguments = CommandLine.arguments.dropFirst()
    switch arguments.popFirst() {
    case nil: CoreBenchmark.run()
    case "core" where arguments.isEmpty: CoreBenchmark.run()
    case "stitch":
      guard let benchmark = StitchBenchmark(Array(arguments)) else { return fail() }
      benchmark.run()
    default: fail()
    }
  }

  private static func fail() {
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
  }
}
