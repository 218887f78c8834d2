import JSON
import Testing

@testable import Reporting

/// The pieces that text is made of.
@Suite struct TextPieceTests {
  @Test func `shares of any size are percent`() {
    for (share, text) in [
      (0.0, "0.0%"), (0.113, "11.3%"), (1, "100.0%"), (10.825, "1,082.5%"),
      (9.99e14, "99,900,000,000,000,000.0%"),
      (1e15, "1e+17%"), (1e18, "1e+20%"), (1e300, "1e+302%"), (1e308, "∞%"), (.infinity, "∞%"), (.nan, "NaN"),
      (-.infinity, "-∞%"), (-1e308, "-∞%"), (-1e15, "-1e+17%"), (-10.825, "-1,082.5%"), (-0.0005, "-0.1%"),
      (-0.0004, "0.0%"), (-0.0, "0.0%"),
    ] as [(Double, String)] {
      #expect(percentText(share) == text)
    }
  }

  @Test(arguments: [
    ("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1000", "-1,000"), ("-999", "-999"),
    ("1234567.5", "1,234,567.5"),
    ("9223372036854775807", "9,223,372,036,854,775,807"), ("0.0001", "0.0001"),
  ])
  func `numbers have their thousands grouped`(number: String, text: String) throws {
    #expect(numberText(try JSONValue(parsing: Array(number.utf8), maximumDepth: 1)) == text)
  }

  @Test func `decimals are filled up to those of the longest`() {
    let values: [JSONValue] = [1, .decimal(JSONDecimal(significand: 15, scale: 1))]
    #expect(decimals(values) == 2 && decimals([1, 2]) == 0 && decimals([]) == 0)
    #expect(values.map { numberText($0, decimals: 2) } == ["1.00", "1.50"])
    #expect(
      roundedText(.double(46.87294)) == "46.87" && roundedText(.double(0.1234)) == "0.1234"
        && roundedText(.double(2.0 / 3)) == "0.67")
  }

  @Test func `shares and times are short`() {
    #expect(
      [0, 0.0004, 0.0005, 0.5, 1, 12.345].map(percentText) == [
        "0.0%", "0.0%", "0.1%", "50.0%", "100.0%", "1,234.5%",
      ])
    #expect(
      [0, 59, 60, 3599, 3600, 360_000].map(durationText) == [
        "0:00", "0:59", "1:00", "59:59", "1:00:00", "100:00:00",
      ])
    #expect(countText(1, "visit") == "1 visit" && countText(0, "visit") == "0 visits")
  }

  @Test func `a bar is as long as its share, to an eighth of a column`() {
    #expect(
      [0, 1.0 / 80, 0.1, 0.55, 1, 2, -1, .nan].map { Bar.text($0, width: 10) } == [
        "", "▏", "█", "█████▌", "██████████", "██████████", "", "",
      ])
    // What is there is seen.
    #expect(Bar.text(0.000_001, width: 10) == "▏")
  }

  @Test func `widths are those of a terminal`() {
    #expect(["", "abc", "é", "漢字", "e\u{301}", "👍", "한"].map(displayWidth) == [0, 3, 1, 4, 1, 2, 2])
    // Fullwidth forms, Hangul as letters, halfwidth forms.
    #expect(["Ａ", "\u{1112}\u{1161}\u{11AB}", "ｱ", "ﾊﾟ", "。"].map(displayWidth) == [2, 2, 1, 2, 2])
    // Marks and joiners take no column.
    #expect(
      ["می\u{200C}خواهم", "क\u{94D}\u{200D}ष", "\u{301}", "a\u{200D}b", "العربية", "1\u{200D}"].map(
        displayWidth)
        == [7, 2, 0, 2, 7, 1])
    // Emoji: sequences of joiners, flags, skin tones, variation selectors, keycaps, signs that are not pictures.
    #expect(
      ["👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "❤\u{FE0F}", "❤\u{200D}🔥", "1\u{FE0F}\u{20E3}", "©", "☺", "⌚", "👍👍"].map(displayWidth)
        == [2, 2, 2, 2, 2, 2, 1, 1, 2, 4])
    #expect(shortened("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", to: 5) == "👨‍👩‍👧‍👦👨‍👩‍👧‍👦…")
    #expect(shortened("abcdef", to: 6) == "abcdef" && shortened("abcdef", to: 5) == "abcd…")
    #expect(shortened("漢字漢字", to: 6) == "漢字…" && shortened("a", to: 1) == "a")
    #expect(padded("漢", to: 4, .right) == "  漢" && padded("漢", to: 4, .left) == "漢  ")
  }

  @Test(arguments: [
    ("/plain", "/plain"), ("/é漢👍", "/é漢👍"), ("a\u{1B}[31mb", "a�[31mb"), ("a\nb\tc\u{7F}", "a�b�c�"),
    ("a\u{9B}31m", "a�31m"), ("\u{202E}gpj.exe", "�gpj.exe"), ("a\u{2028}b", "a�b"),
    ("a\u{0}\u{85}b", "a��b"),
    ("\u{200E}\u{200F}\u{61C}\u{2066}\u{2069}x", "�����x"), ("a\u{200B}\u{AD}\u{FEFF}b", "a���b"),
    ("می\u{200C}خواهم", "می\u{200C}خواهم"), ("क\u{94D}\u{200D}ष", "क\u{94D}\u{200D}ष"), ("👨‍👩‍👧", "👨‍👩‍👧"),
    ("e\u{301}❤\u{FE0F}", "e\u{301}❤\u{FE0F}"),
  ])
  func `text from events cannot write to the terminal`(text: String, shown: String) {
    #expect(displayable(text) == shown)
  }

  @Test func `tables fit their canvas, and give up the bar before the numbers`() {
    var table = Table([.text("name"), .number("count"), .bar])
    table.append([.text("a rather long name"), .text("1,000"), .bar(1)])
    table.append([.faint(""), .text("1"), .bar(0)])
    func text(_ width: Int, _ hasColors: Bool = false) -> String {
      table.text(on: Canvas(width: width, hasColors: hasColors))
    }
    #expect(
      text(200)
        == "name                count\na rather long name  1,000  \(String(repeating: "█", count: 30))\n                        1\n"
    )
    #expect(
      text(37)
        == "name                count\na rather long name  1,000  ██████████\n                        1\n")
    #expect(
      text(36) == "name               count\na rather long na…  1,000  ██████████\n                       1\n"
    )
    #expect(text(20) == "name          count\na rather lo…  1,000\n                  1\n")
    #expect(
      text(37, true)
        == "\u{1B}[2mname\u{1B}[0m                \u{1B}[2mcount\u{1B}[0m\na rather long name  1,000  \u{1B}[36m██████████\u{1B}[0m\n                        1\n"
    )
  }
}
