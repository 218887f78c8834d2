/// A regular expression that answers one question, whether a text has a match, within a bounded number of
/// steps.
///
/// **Syntax.** What ECMA-262 (with its flag `u`) means, where it means anything: literals, `.`, classes, `^ $ \b
/// \B`, groups `( )`, `(?: )` and `(?<name> )`, `|`, the quantifiers `* + ? {m} {m,} {m,n}` greedy and lazy,
/// lookahead and lookbehind of any length, `\1` and `\k<name>`, `\d \w \s` (of ASCII but for `\s`), `\p{L}` and
/// other properties, `\xHH`, `\uHHHH`, `\u{H}` and `\cX`. What RE2, PostgreSQL's and Swift's expressions have
/// beyond that and ECMA-262 refuses: `\A \z`, `[[:alpha:]]`, `(?P<name> )`, `(?i)` with the flags `i`, `m` and
/// `s`, atomic groups `(?> )`, possessive quantifiers, `\a`, `\e`, `\x{H}`, `\pL`, and braces that stand for
/// themselves. What some of them take for one thing and others for another is refused.
///
/// **Matching** is by Unicode scalars, anywhere in a text unless the expression is anchored. Without
/// backreferences and lookaround, a text of *n* scalars takes at most *n* + 1 times as many steps as the
/// compiled program is long: a state that has failed once is not entered again.
public struct RegularExpression: Sendable {
  let program: Program

  /// Compiles `pattern`.
  ///
  /// - Throws: where it is malformed, has what is not supported, or becomes larger than
  ///   ``Bounds/instructions``.
  public init(_ pattern: String) throws(RegularExpressionError) {
    var parser = PatternParser(pattern)
    let node = try parser.parse()
    program = try Compiler.program(of: node, sets: parser.sets, names: parser.names)
  }
}
