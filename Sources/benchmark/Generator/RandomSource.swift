import System

/// Random numbers that are the same for the same seed on every machine: xoshiro256** (Blackman and Vigna).
/// SplitMix64 initializes its state, as the authors recommend.
struct RandomSource: RandomNumberGenerator {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  init(seed: UInt64) {
    var mixer = seed
    func mix() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (mixer ^ (mixer >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
    state = (mix(), mix(), mix(), mix())
  }

  mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }
}

extension RandomSource {
  /// From 0 up to but not including 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// From 0 up to but not including `bound`, which is small compared to 2⁶⁴, so that the bias is negligible.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True with the given probability.
  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  mutating func exponential(mean: Double) -> Double { -log(1 - unit()) * mean }

  /// A geometrically distributed number from 1 on: after each number, the probability that it is the last one
  /// is the same.
  mutating func geometric(mean: Double) -> Int {
    // An exponential distribution truncated to whole numbers is a geometric one.
    1 + Int(exponential(mean: -1 / log(1 - 1 / mean)))
  }

  /// A number whose logarithm is normally distributed.
  mutating func logNormal(mean: Double, deviation: Double) -> Double {
    // The Box-Muller transform from two uniform numbers to a normal one.
    let normal = (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
    return exp(mean + deviation * normal)
  }
}
