import RegularExpression
import Testing

/// Each error says what was wrong, what would be right, and where.
struct MalformedPatternTests {
  @Test(arguments: [
    ("(", "expected the ')' of the '(' at character 1, found the end of the pattern at character 2"),
    ("a(b|(c)", "expected the ')' of the '(' at character 2, found the end of the pattern at character 8"),
    ("a)", #"expected no ')' without its '(', or \) for the character, found one at character 2"#),
    ("(?#x", "expected the ')' of the comment at character 1, found the end of the pattern at character 5"),
    ("[a", "expected the ']' of the '[' at character 1, found the end of the pattern at character 3"),
    ("é[a-", "expected the ']' of the '[' at character 2, found the end of the pattern at character 5"),
    ("a]", #"expected \] for the character, found a ']' without its '[' at character 2"#),
    ("[]a]", #"expected \] for the character, found a ']' without its '[' at character 4"#),
    (
      "*", #"expected something to repeat before the quantifier, or a \ to take it for itself at character 1"#
    ),
    (
      "a|+",
      #"expected something to repeat before the quantifier, or a \ to take it for itself at character 3"#
    ),
    ("(?", "expected ')' or ':' after the flags, found the end of the pattern at character 3"),
    (
      "({2})",
      #"expected something to repeat before the quantifier, or a \ to take it for itself at character 2"#
    ),
    ("a**", "expected one quantifier, or a group around the first, found another at character 3"),
    ("a{2}{3}", "expected one quantifier, or a group around the first, found another at character 5"),
    ("a+++", "expected one quantifier, or a group around the first, found another at character 4"),
    ("^*", "expected something that has a width before the quantifier, found an assertion at character 2"),
    (
      "(?=a)?", "expected something that has a width before the quantifier, found an assertion at character 6"
    ),
    ("a{3,2}", "expected the smaller count first, found {3,2} at character 2"),
    ("a{,2}", #"expected {0,2}, or \{ for the character, found {, at character 2"#),
    ("[z-a]", "expected the smaller character of a range first, found 'z-a' at character 2"),
    (#"[a-\d]"#, "expected a character at the end of the range, found a class at character 4"),
    ("[[:letter:]]", "expected [:alpha:] or another class of POSIX, found [:letter:] at character 2"),
    (#"\"#, #"expected a character after the \, found none at character 2"#),
    (#"a\y"#, #"expected an escape such as \d, \. or \u{e9}, found \y, which is none at character 2"#),
    (#"\é"#, #"expected an escape such as \d, \. or \u{e9}, found \é, which is none at character 1"#),
    (
      #"\Z"#, #"expected \z for the end of the text, found \Z, which engines read differently at character 1"#
    ),
    (#"\07"#, #"expected an escape such as \d, \. or \u{e9}, found \0, which is none at character 1"#),
    (#"\x4"#, "expected 2 hexadecimal digits, found the end of the pattern at character 4"),
    (#"\u00g0"#, "expected 4 hexadecimal digits, found 'g' at character 5"),
    (
      #"\u{110000}"#,
      "expected a character's number, from 0 to D7FF or E000 to 10FFFF, found 110000 at character 1"
    ),
    (
      #"\uD83Dx"#,
      "expected a character's number, from 0 to D7FF or E000 to 10FFFF, found d83d at character 1"
    ),
    (#"\x{}"#, "expected hexadecimal digits and '}', found '}' at character 4"),
    (#"\c1"#, "expected a letter from A to Z after \\c, found '1' at character 3"),
    (#"\1"#, #"expected the number of a group, of which there are 0, found \1 at character 1"#),
    (#"(a)\2"#, #"expected the number of a group, of which there are 1, found \2 at character 4"#),
    (#"\k<x>"#, #"expected the name of a group, found \k<x> at character 1"#),
    (#"\k"#, "expected the name of a group in < and >, found the end of the pattern at character 3"),
    ("(?<1>a)", "expected a name of letters, digits and _, found '>' at character 4"),
    ("(?<a", "expected '>' after the name of the group, found the end of the pattern at character 5"),
    ("(?<a>b)(?<a>c)", "expected a name of its own for the group, found a again at character 8"),
    (
      "(?x)a",
      "expected a group such as (?: (?= (?! (?<= (?<! (?<name> (?> or the flags i, m, s, found 'x' at character 3"
    ),
    ("(?i", "expected ')' or ':' after the flags, found the end of the pattern at character 4"),
  ])
  func `what is malformed or not supported`(pattern: String, description: String) {
    #expect { try RegularExpression(pattern) } throws: { error in
      #expect("\(error)" == description, "\(pattern)")
      return true
    }
  }

  @Test(arguments: ["{Greek}", "{Script=Greek}", "{", "", "{L", "q", "{lower_case}"])
  func `properties that are not known`(name: String) {
    #expect(throws: RegularExpressionError.self) { try RegularExpression("a\\p\(name)") }
  }

  @Test func `groups in one another up to the bound`() throws {
    func pattern(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
    }
    _ = try RegularExpression(pattern(ExpressionLimits.nesting))
    #expect { try RegularExpression(pattern(ExpressionLimits.nesting + 1)) } throws: { error in
      "\(error)" == "expected at most 200 groups in one another, found one more at character 201"
    }
  }

  @Test func `repetitions up to the bound`() throws {
    // Beside the scalars there is what accepts.
    _ = try RegularExpression("[ab]{\(ExpressionLimits.instructions - 1)}")
    for pattern in [
      "[ab]{\(ExpressionLimits.instructions)}", "((a{1000}){1000}){1000}", "(a{1,1000}){1000}",
      "x{999999999999}",
    ] {
      #expect { try RegularExpression(pattern) } throws: { error in
        "\(error)".hasPrefix(
          "expected an expression of at most 20000 steps with its repetitions written out, found more")
      }
    }
    _ = try RegularExpression("(((){1000000}){1000000}){1000000}")
    _ = try RegularExpression("((){0,9}){9}")
  }
}
