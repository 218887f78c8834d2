/// A regular expression that answers one question, whether a text has a match, within a bounded number of
/// steps.
///
/// **Syntax.** Everything that is valid in ECMA-262 (with the flag `u`) has the meaning it has there: literals,
/// `.`, classes, `^ $ \b \B`, groups `( )`, `(?: )` and `(?<name> )`, `|`, the quantifiers
/// `* + ? {m} {m,} {m,n}` greedy and lazy, lookahead and lookbehind of any length, `\1` and `\k<name>`,
/// `\d \w \s` (ASCII, except for `\s`), `\p{L}` and other properties, `\xHH`, `\uHHHH`, `\u{H}` and `\cX`. In
/// addition, syntax of RE2, PostgreSQL and Swift that ECMA-262 rejects: `\A \z`, `[[:alpha:]]`, `(?P<name> )`,
/// `(?i)` with the flags `i`, `m` and `s`, atomic groups `(?> )`, possessive quantifiers, `\a`, `\e`, `\x{H}`,
/// `\pL`, and literal braces. Syntax to which these dialects assign different meanings is rejected.
///
/// **Matching** is by Unicode scalars, anywhere in a text unless the expression is anchored. Without
/// backreferences and lookaround, a text of *n* scalars takes at most *n* + 1 times as many steps as the
/// compiled program is long: a state that has failed once is not entered again.
public struct RegularExpression: Sendable {
  let program: Program

  /// Compiles `pattern`.
  ///
  /// - Throws: if it is malformed, uses unsupported syntax, or exceeds ``ExpressionLimits/instructions``.
  public init(_ pattern: String) throws(RegularExpressionError) {
    var parser = PatternParser(pattern)
    let node = try parser.parse()
    program = try Compiler.program(of: node, sets: parser.sets, names: parser.names)
  }
}
