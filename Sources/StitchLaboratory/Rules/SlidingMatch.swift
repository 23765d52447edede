/// Slides the right list over the left one and cuts both in the middle of the place where most of them agrees, word against word
/// without gaps.
///
/// A place is as good as the share of equal words among so many as the right list has been slid, and a ten-thousandth more
/// for each step; it takes two equal words to count at all. Without such a place both lists stay whole.
enum SlidingMatch {
  static func cut<Element: Equatable>(
    _ left: [Element], _ right: [Element]
  ) -> (leftTo: Int, rightFrom: Int) {
    var best = (value: 0.0, leftTo: left.count, rightFrom: 0)
    for steps in 1..<max(2, left.count + right.count) {
      // The stretch in which the lists lie over each other.
      let leftStart = max(0, left.count - steps)
      let rightStart = max(0, steps - left.count)
      let length = min(left.count - leftStart, right.count - rightStart)
      guard length > 0 else { continue }
      let equal = (0..<length).count { left[leftStart + $0] == right[rightStart + $0] }
      let value = Double(equal) / Double(steps) + Double(steps) / 10_000
      if equal > 1, value > best.value {
        best = (
          value, (2 * leftStart + length) / 2, (2 * rightStart + length) / 2
        )
      }
    }
    return (best.leftTo, best.rightFrom)
  }
}
