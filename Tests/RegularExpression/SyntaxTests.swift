import Testing

/// What each construct means, with the texts that match it and, behind a `!`, those that do not.
struct SyntaxTests {
  @Test func `literals match anywhere`() throws {
    try check("", "", "a")
    try check("b", "b", "abc", "!", "!a")
    try check("bc", "abcd", "!b", "!bxc")
    try check("é😀", "xé😀", "!e\u{301}😀", "!é")
    try check("{id}", "{id}")
    try check("a{", "a{")
    try check("a{x}b{,}", "a{x}b{,}")
    try check("}", "}")
    try check("-,:=!<>#&~@%", "-,:=!<>#&~@%")
  }

  @Test func `a dot is one scalar, but for what ends a line`() throws {
    try check(
      "^.$", "a", "é", "😀", "\u{B}", "\u{85}", "!", "!ab", "!e\u{301}", "!\n", "!\r", "!\u{2028}", "!\u{2029}"
    )
    try check("(?s)^.$", "\n", "\u{2028}")
    try check("(?s:.)", "\n")
    try check("a.c", "a\tc", "!a\nc")
  }

  @Test func `anchors`() throws {
    try check("^a", "ab", "!ba", "!b\na")
    try check("a$", "ba", "!ab", "!a\n", "!a\nb")
    try check("^$", "", "!a", "!\n")
    try check("$^", "", "!a")
    try check(#"\Aa\z"#, "a", "!a\n", "!\na")
    try check("(?m)^b$", "a\nb", "b\r\nc", "a\u{2028}b\u{2029}c", "!ab", "!a\u{B}b")
    try check("(?m)^$", "", "a\n", "\na", "!a")
    try check(#"(?m)\Ab\z"#, "!a\nb", "b")
    try check("(^a|b)c", "ac", "xbc", "!xac")
    try check("(?:^a|^b)c", "ac", "bc", "!xbc")
    try check("a^b", "!ab", "!a\nb")
    try check("x*^a", "a", "!xa")
    try check("(?:^)*a(?:$)?", "a", "ba")
  }

  @Test func `word boundaries are ASCII's`() throws {
    try check(#"\bcat\b"#, "cat", "a cat.", "-cat-", "écaté", "!cats", "!_cat", "!cat1")
    try check(#"\Bat\b"#, "cat", "!at")
    try check(#"^\b"#, "a", "!", "! a")
    try check(#"\B"#, "", "ab", "!a")
  }

  @Test func `classes`() throws {
    try check("^[abc]$", "a", "c", "!d", "!", "!ab")
    try check("^[a-c]$", "a", "b", "c", "!d", "!-")
    try check("^[^a-c]$", "d", "é", "\n", "!a", "!c")
    try check("^[a-cx-z]$", "b", "y", "!d")
    try check("^[-a]$", "-", "a", "!b")
    try check("^[a-]$", "-", "a")
    try check("^[a-c-e]$", "b", "-", "e", "!d")
    try check("^[+--]$", "+", ",", "-", "!.")
    try check("^[à-ü]$", "é", "!e", "!þ")
    try check("^[^à-ü]$", "e", "þ", "!é")
    try check("^[😀-😂]$", "😁", "!😃")
    try check("^[.*+?|(){}$^]$", ".", "^", "!a")
    try check("^[[]$", "[", "!]")
    try check(#"^[\]\\]$"#, "]", #"\"#, "!a")
    try check(#"^[\w.-]+$"#, "a.b-c", "!a b")
    try check(#"^[\d\-]$"#, "1", "-", "!a")
    try check(#"^[\b]$"#, "\u{8}", "!b")
    try check("[]", "!", "!a")
    try check("^[^]$", "\n", "a", "!")
    try check("[a&&b]", "&", "a")
    try check("^[\0-\u{7F}]$", "\0", "\u{7F}", "!\u{80}")
  }

  @Test func `escapes for kinds of characters`() throws {
    try check(#"^\d$"#, "0", "9", "!a", "!\u{665}")
    try check(#"^\D$"#, "a", "\u{665}", "!0")
    try check(#"^\w$"#, "a", "Z", "0", "_", "!-", "!é")
    try check(#"^\W$"#, "-", "é", "!_")
    try check(
      #"^\s$"#, " ", "\t", "\n", "\u{B}", "\u{C}", "\r", "\u{A0}", "\u{2003}", "\u{2028}", "\u{FEFF}", "!a",
      "!\u{85}", "!\u{200B}")
    try check(#"^\S$"#, "a", "é", "\u{200B}", "! ")
    try check(#"^[^\s\d]$"#, "a", "! ", "!1")
    try check(#"^[\D]$"#, "a", "!1")
    try check(#"^[^\D]$"#, "1", "!a")
  }

  @Test func `properties`() throws {
    try check(#"^\p{L}$"#, "a", "é", "中", "!1", "!😀")
    try check(#"^\pL$"#, "a", "!1")
    try check(#"^\PL$"#, "1", "!a")
    try check(#"^\p{Letter}\p{gc=Lu}\p{General_Category=Decimal_Number}$"#, "aB3", "!ab3")
    try check(#"^\P{Lu}$"#, "a", "!A")
    try check(#"^[\p{Lu}\P{L}]$"#, "A", "1", "!a")
    try check(#"^\p{Alphabetic}\p{White_Space}\p{ASCII}\p{Any}$"#, "é \u{7F}\u{10FFFF}", "!é x😀x")
    try check(#"^\p{Sc}\p{LC}$"#, "€x", "!€中")
    try check(#"^[[:alpha:]][[:digit:]]$"#, "a1", "!é1", "!11")
    try check(#"^[[:^space:][:blank:]]$"#, "a", "\t", "!\n")
    try check(#"^[[:xdigit:]_]+$"#, "aF0_", "!g")
    try check("^[[:]$", "[", ":", "!a")
    try check("^[[:a]$", "a", "[")
  }

  @Test func `escapes for single characters`() throws {
    try check(#"^\t\n\v\f\r\a\e\0$"#, "\t\n\u{B}\u{C}\r\u{7}\u{1B}\0")
    try check(#"^\x41\u0042\u{43}\u{1F600}\x{44}\cJ$"#, "ABC😀D\n")
    try check(#"^\uD83D\uDE00$"#, "😀")
    try check(#"^[\uD83D\uDE00-\u{1F602}\x61-c]$"#, "😁", "b", "!d")
    try check(#"\.\*\+\?\|\(\)\[\]\{\}\^\$\\\/\-\ "#, #".*+?|()[]{}^$\/- "#)
  }

  @Test func `alternatives`() throws {
    try check("a|b", "a", "xb", "!c")
    try check("^(?:a|ab)c$", "ac", "abc", "!abbc")
    try check("^(?:one|two|three|)$", "one", "two", "three", "", "!four", "!onetwo")
    try check("^(?:a|ab|abc|é|.x)d$", "ad", "abd", "abcd", "éd", "éxd", "axd", "!abcx")
    try check("|a", "", "b")
    try check("^(|a|b|c)$", "", "c", "!d")
  }

  @Test func `quantifiers`() throws {
    try check("^a*$", "", "a", "aaa", "!b")
    try check("^a+$", "a", "aaa", "!", "!ab")
    try check("^a?$", "", "a", "!aa")
    try check("^a{2}$", "aa", "!a", "!aaa")
    try check("^a{2,}$", "aa", "aaaa", "!a")
    try check("^a{1,3}$", "a", "aaa", "!", "!aaaa")
    try check("^a{0}$", "", "!a")
    try check("^(?:ab){2,3}c$", "ababc", "abababc", "!abc", "!ababababc")
    try check("^a*?b+?c??$", "b", "aabbc", "!a")
    try check("^é*ü$", "ü", "ééü", "!éx")
    try check("^.*é.*$", "xéx", "é", "!e")
    try check("^[^/]*/[^/]*$", "a/b", "/", "!a", "!a/b/c")
    try check("^(?:a*)*$", "", "aaa", "!b")
    try check("^(?:a*b*)*c$", "c", "abbac", "!abd")
    try check("^(?:a?){3}$", "", "aaa", "!aaaa")
    try check("^(?:|a)+$", "", "aa")
    try check("^(?:a|b|c|dd)*e$", "e", "abcdde", "!abcde")
  }

  @Test func `a possessive quantifier gives nothing back`() throws {
    try check("^a*+a", "!aaa")
    try check("^a++b", "aab", "!aa")
    try check("^a?+a$", "aa", "!a")
    try check("^(?>a|ab)c", "ac", "!abc")
    try check("^(?>ab|a)c", "ac", "abc")
    try check("^(?:a{1,2}+){2}$", "aaa", "!aa")
    try check("^(?>a*?)b", "b", "!ab")
    try check("(?>a*?)b", "ab")
  }

  @Test func `groups and flags`() throws {
    try check("^(a)(?:b)(?<x>c)(?P<y_1>d)$", "abcd")
    try check("a(?#what it is)b", "ab", "!a")
    try check("(?i)ÄS", "äs", "ÄS", "äſ", "!as")
    try check("a(?i)b|C", "aB", "c", "!AB")
    try check("a(?i:b)c", "aBc", "!aBC")
    try check("(a(?i)b)c", "aBc", "!aBC")
    try check("(?i)a(?-i)b", "Ab", "!AB")
    try check("(?i-s:A).", "ax", "!a\n")
    try check("(?i)^[a-z]$", "Q", "s", "ſ", "\u{212A}", "!é")
    try check("(?i)^[^a-z]$", "1", "!Q", "!ſ")
    try check("(?i)^[ſ]$", "s", "S", "!t")
    try check("(?i)^[à-ü]$", "É", "!E")
    try check("(?i)^σ$", "Σ", "ς", "!s")
    try check("(?i)^i$", "I", "!\u{131}", "!\u{130}")
    try check("(?i)^ß$", "ß", "\u{1E9E}", "!SS")
    try check("(?i)^k$", "K", "\u{212A}")
    try check("(?i)1-2", "1-2")
    try check(#"(?i)^\W$"#, "-", "!s")
  }

  @Test func `lookahead`() throws {
    try check("a(?=b)", "ab", "!ac", "!a")
    try check("a(?!b)", "ac", "a", "!ab")
    try check(#"^(?=.*\d)(?=.*[a-z]).{3,}$"#, "ab1", "1abc", "!abc", "!a1")
    try check("^(?!.*admin).*$", "/x", "!/x/admin")
    try check("^(?=a*b)a", "aab", "!aac")
    try check("x(?=ab)", "xab", "!x", "!xb", "!abx")
    try check("(?=.*ab)x(?!abc)", "xab", "xyab", "!xabc", "!x")
    try check("^(?=(?=a)ab)a", "ab", "!ac")
    try check("^(?:(?=a*)a)*b$", "aaab", "!aaac")
    try check("^(?:(?!b|c|d).)*$", "aaa", "!aab")
  }

  @Test func `lookbehind of any length`() throws {
    try check("(?<=a)b", "ab", "!b", "!cb")
    try check("(?<!a)b", "b", "cb", "!ab")
    try check("(?<=é)b", "éb", "!eb")
    try check("(?<=^a.*)b", "acccb", "!bb", "!xab")
    try check("(?<=^(?:ab|c)+)d", "abcabd", "cd", "!bd", "!xabd")
    try check("(?<=a{2,3}x)y", "aaxy", "!axy")
    try check("(?<=(?<!z)ab)c", "abc", "!zabc")
    try check("(?<=(?:ab|cd|ef))g", "cdg", "!ceg")
    try check("(?<=[^é])b", "ab", "!éb", "!b")
    try check("(?<=^abc)", "abc", "!xabc", "!ab")
    try check("(?<=a(?=bc)b)c", "abc", "!abd")
  }

  @Test func `backreferences`() throws {
    try check(#"(a|b)\1"#, "aa", "abb", "!ab")
    try check(#"^(?<q>['"]).*\k<q>$"#, "'x'", "\"x\"", "!'x\"")
    try check(#"^(\w+) \1$"#, "ab ab", "!ab ac")
    try check(#"^(é+)-\1$"#, "éé-éé", "!éé-é")
    try check(#"(?i)^(ä)\1$"#, "äÄ", "!äa")
    // One that has not matched, or not yet, is empty.
    try check(#"^(?:(a)|b)\1$"#, "aa", "b", "!ba")
    try check(#"^\1(a)$"#, "a", "!aa")
    try check(#"^(a\1)$"#, "a", "!aa")
    try check(#"^(?:(a)|(b)|c){2}\1$"#, "ab", "baa", "!aba")
    try check(#"^(?:\2b|(a)(b))+$"#, "abb", "!aba")
    // What was matched within a lookaround stays, unless it was denied.
    try check(#"^(?=(a+))a\1$"#, "!aa")
    try check(#"^(?=(a))\1b"#, "ab")
    try check(#"^(?!(a)b)a\1c$"#, "ac", "!aac")
    try check(#"(?<=(\w)x)\1"#, "axa", "!axb")
    try check(#"(?<=\1(\w))x"#, "aax", "!abx")
    try check(#"^(?>(a+))b\1$"#, "aabaa", "!aaba")
    try check(#"^(a*)*\1$"#, "", "aa", "!b")
    try check(#"^(?:(a*)b?)+c\1$"#, "aabc", "c")
    try check(#"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10"#, "abcdefghijj", "!abcdefghija0")
  }
}
