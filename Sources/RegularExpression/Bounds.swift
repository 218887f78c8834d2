/// What an expression and the matching of one text may take.
public enum Bounds {
  /// The length of the program that an expression is compiled to. Counted repetitions are written out, so
  /// `(a{1000}){1000}` is beyond it.
  public static let instructions = 20_000
  /// Groups in one another.
  public static let nesting = 200
  /// Steps that the matching of texts with so many bytes together may take: several times as many as ordinary
  /// expressions take, even those that look ahead at every place, which is 10 for a byte.
  public static func steps(textBytes: Int) -> Int { 1_000_000 + 32 * textBytes }
  /// States that are remembered for one text, a bit each: for an ordinary expression, those of a text of many
  /// megabytes.
  static let rememberedStates = 1 << 29
  /// Choices that wait to be taken back, 16 bytes each.
  static let openChoices = 4 << 20
}
