/// What an expression and the matching of one text may take.
public enum Bounds {
  /// The length of the program that an expression is compiled to. Counted repetitions are written out, so
  /// `(a{1000}){1000}` is beyond it.
  public static let instructions = 20_000
  /// Groups in one another.
  public static let nesting = 200
  /// Steps that the matching of texts with so many bytes together may take: many times what an ordinary expression
  /// takes, and a few seconds' work for each 100 MB.
  public static func steps(textBytes: Int) -> Int { 1_000_000 + 64 * textBytes }
  /// States that are remembered for one text, a bit each: for an ordinary expression, those of a text of many
  /// megabytes.
  static let rememberedStates = 1 << 29
  /// Choices that wait to be taken back, 16 bytes each.
  static let openChoices = 4 << 20
}
