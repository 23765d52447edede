/// Numbers that look random but depend on a place only.
struct Chance: Sendable {
  private let seed: UInt64

  init(_ place: Int, _ index: Int) {
    seed = Self.mix(UInt64(bitPattern: Int64(place))) ^ UInt64(bitPattern: Int64(index))
  }

  /// A number in 0 ..< 1, another one for each purpose.
  func unit(_ purpose: UInt64) -> Double {
    Double(Self.mix(seed &+ purpose &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
  }

  /// The finishing step of the SplitMix64 generator.
  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
