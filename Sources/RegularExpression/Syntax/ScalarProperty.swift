/// A boolean property of scalars.
struct ScalarProperty: Sendable {
  private let test: @Sendable (Unicode.Scalar) -> Bool

  private init(_ test: @escaping @Sendable (Unicode.Scalar) -> Bool) {
    self.test = test
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool { test(scalar) }

  static let digit = ScalarProperty(isDigit)
  static let word = ScalarProperty { $0 == "_" || isLetterOrDigit($0) }

  /// ECMA-262's WhiteSpace and LineTerminator (sections 12.2 and 12.3).
  static let space = ScalarProperty { scalar in
    switch scalar {
    case "\t"..."\r", " ", "\u{FEFF}", "\u{2028}", "\u{2029}": true
    default: !scalar.isASCII && scalar.properties.generalCategory == .spaceSeparator
    }
  }

  /// `alpha` and the other POSIX classes, for ASCII.
  init?(posixName name: String) {
    switch name {
    case "alnum": test = isLetterOrDigit
    case "alpha": test = isLetter
    case "ascii": test = { $0.isASCII }
    case "blank": test = { $0 == " " || $0 == "\t" }
    case "cntrl": test = { $0.value < 0x20 || $0.value == 0x7F }
    case "digit": test = isDigit
    case "graph": test = { (0x21...0x7E).contains($0.value) }
    case "lower": test = { ("a"..."z").contains($0) }
    case "print": test = { (0x20...0x7E).contains($0.value) }
    case "punct": test = { (0x21...0x7E).contains($0.value) && !isLetterOrDigit($0) }
    case "space": test = { $0 == " " || ("\t"..."\r").contains($0) }
    case "upper": test = { ("A"..."Z").contains($0) }
    case "word": self = .word
    case "xdigit": test = { $0.properties.isASCIIHexDigit }
    default: return nil
    }
  }

  /// A general category or a binary property, named as in `\p{…}` (ECMA-262, section 22.2.2.9).
  init?(named name: String) {
    let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard parts[0] == "gc" || parts[0] == "General_Category" else { return nil }
      self.init(categoryNamed: String(parts[1]))
    } else if let test = Self.binary(name) {
      self.init(test)
    } else {
      self.init(categoryNamed: name)
    }
  }

  private init?(categoryNamed name: String) {
    guard let categories = GeneralCategories.named(name) else { return nil }
    test = { categories.contains($0.properties.generalCategory) }
  }

  private static func binary(_ name: String) -> (@Sendable (Unicode.Scalar) -> Bool)? {
    switch name {
    case "Any": { _ in true }
    case "ASCII": { $0.isASCII }
    case "Assigned": { $0.properties.generalCategory != .unassigned }
    case "Alphabetic", "Alpha": { $0.properties.isAlphabetic }
    case "Uppercase", "Upper": { $0.properties.isUppercase }
    case "Lowercase", "Lower": { $0.properties.isLowercase }
    case "White_Space", "space": { $0.properties.isWhitespace }
    case "ASCII_Hex_Digit", "AHex": { $0.properties.isASCIIHexDigit }
    case "Hex_Digit", "Hex": { $0.properties.isHexDigit }
    case "Ideographic", "Ideo": { $0.properties.isIdeographic }
    case "Emoji": { $0.properties.isEmoji }
    case "Emoji_Presentation", "EPres": { $0.properties.isEmojiPresentation }
    case "ID_Start", "IDS": { $0.properties.isIDStart }
    case "ID_Continue", "IDC": { $0.properties.isIDContinue }
    default: nil
    }
  }
}

@Sendable private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
  ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
}

@Sendable private func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
  isLetter(scalar) || isDigit(scalar)
}
