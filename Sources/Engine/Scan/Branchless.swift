// What leaf loops compute with instead of asking. A processor guesses which way a branch goes, and a wrong
// guess costs as much as a dozen additions; whether a row passes a filter or begins a visit cannot be guessed.
// The compiler is free to make a branch of `flag ? 1 : 0`, and often does.

extension Bool {
  /// 1 or 0.
  @inline(__always)
  var asOne: UInt8 {
    // Sound, here and below: a Bool is a byte that is 1 or 0.
    unsafeBitCast(self, to: UInt8.self)
  }

  /// Whether both are true; looks at both.
  @inline(__always)
  func and(_ other: Bool) -> Bool { unsafeBitCast(asOne & other.asOne, to: Bool.self) }

  /// Whether one is true; looks at both.
  @inline(__always)
  func or(_ other: Bool) -> Bool { unsafeBitCast(asOne | other.asOne, to: Bool.self) }
}

extension FixedWidthInteger {
  /// 1 or 0.
  @inline(__always)
  init(one flag: Bool) { self = Self(truncatingIfNeeded: flag.asOne) }

  /// `other` where the flag is set, else the number itself.
  @inline(__always)
  func replaced(by other: Self, where flag: Bool) -> Self {
    self ^ ((self ^ other) & (0 &- Self(one: flag)))
  }
}
