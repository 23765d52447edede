/// Returns how many words must be replaced, added or removed to turn `heard` into `spoken`.
package func wordErrors(spoken: [String], heard: [String]) -> Int {
  var row = Array(0...heard.count)
  for (index, word) in spoken.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in heard.indices {
      let replaced = diagonal + (heard[column] == word ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[heard.count]
}

/// Returns the words of a text in the recogniser's spelling: lower case, no punctuation.
package func plainWords(_ text: String) -> [String] {
  text.lowercased().split { !$0.isLetter && $0 != "'" }.map(String.init)
}
