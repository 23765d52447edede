/// What the command line asks for.
struct Options {
  static let usage = """
    usage: mutations FOLDER [--seed N] [--cases N] [--first N] [--seconds S] [--only FILE] [--scratch FOLDER]
      --seed N      another seed, other damage (default 1)
      --cases N     cases of each file (default 12)
      --first N     number of the first case (default 0)
      --seconds S   end after this time, however many cases have been tried
      --only FILE   damage this file only
      --scratch F   where the damaged file lies while it is tried (default: beside FOLDER)
    """

  var corpus = ""
  var scratch = ""
  var seed: UInt64 = 1
  var cases = 12
  var first = 0
  var seconds = 1e9
  var only: String?

  init?(_ arguments: ArraySlice<String>) {
    var words = arguments
    while let word = words.popFirst() {
      guard word.hasPrefix("--") else {
        guard corpus.isEmpty else { return nil }
        corpus = word
        continue
      }
      guard let value = words.popFirst() else { return nil }
      switch word {
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      case "--cases":
        guard let number = Int(value), number > 0 else { return nil }
        cases = number
      case "--first":
        guard let number = Int(value), number >= 0 else { return nil }
        first = number
      case "--seconds":
        guard let number = Double(value), number > 0 else { return nil }
        seconds = number
      case "--only": only = value
      case "--scratch": scratch = value
      default: return nil
      }
    }
    if corpus.isEmpty { return nil }
    if scratch.isEmpty { scratch = corpus + ".damaged" }
  }
}
