/// Something that a test needs is not there, or not as it has to be.
struct Trouble: Error, CustomStringConvertible {
  var description: String
}
