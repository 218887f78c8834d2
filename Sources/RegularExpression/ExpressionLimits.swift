/// The limits of an expression and of matching texts.
public enum ExpressionLimits {
  /// The maximum length of the compiled program. Counted repetitions are unrolled, so `(a{1000}){1000}`
  /// exceeds it.
  public static let instructions = 20_000
  /// The maximum nesting of groups.
  public static let nesting = 200
  /// Returns the maximum number of steps for matching texts with this many bytes in total: several times as
  /// many as ordinary expressions take, even those with a lookahead at every position, which take 10 steps
  /// for a byte.
  public static func steps(textBytes: Int) -> Int { 1_000_000 + 32 * textBytes }
  /// The maximum number of remembered states for one text, a bit each: for an ordinary expression, a text of
  /// many megabytes.
  static let rememberedStates = 1 << 29
  /// The maximum number of choice points, 16 bytes each.
  static let choicePoints = 4 << 20
}
