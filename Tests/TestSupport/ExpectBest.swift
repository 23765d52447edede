package import Testing

/// Expects that a figure meets a bound in one of a few tries of a whole scenario, and gives the last figure. As `#expect` does, it records a failure
/// where none does.
///
/// For bounds on time and memory: a machine with much to do may stop any thread for a second, which says nothing about the program. What must
/// hold each time is expected inside of the scenario.
@discardableResult
package func expectBest<Figure>(
  of tries: Int, meets isMet: (Figure) -> Bool,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ scenario: () async throws -> Figure
) async rethrows -> Figure {
  var figure = try await scenario()
  for _ in 1..<tries where !isMet(figure) { figure = try await scenario() }
  if !isMet(figure) {
    Issue.record("the last of \(tries) tries gave \(figure)", sourceLocation: sourceLocation)
  }
  return figure
}
