/// Finds what somebody probably meant.
package enum Spelling {
  /// A sentence to add to an error: `. Did you mean 'probe'?`; empty if nothing is near.
  package static func suggestion(for given: String, in names: [String]) -> String {
    nearest(to: given, in: names).map { ". Did you mean '\($0)'?" } ?? ""
  }

  /// The name at an edit distance of at most three; `nil` if there is none.
  private static func nearest(to given: String, in names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: distance(given, $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }),
      best.distance <= min(3, given.count / 2)
    else { return nil }
    return best.name
  }

  /// Levenshtein's distance: insertions, deletions and substitutions.
  private static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let substituted = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
