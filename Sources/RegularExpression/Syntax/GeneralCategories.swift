/// The names of Unicode's general categories (PropertyValueAliases.txt, `gc`).
enum GeneralCategories {
  /// Returns the categories that a name denotes: one, or a group of them.
  static func named(_ name: String) -> Set<Unicode.GeneralCategory>? {
    if let one = all.first(where: { $0.short == name || $0.long == name }) { return [one.category] }
    guard let group = groups.first(where: { $0.short == name || $0.long == name }) else { return nil }
    if group.short == "LC" { return [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter] }
    return Set(all.filter { $0.short.hasPrefix(group.short) }.map(\.category))
  }

  private static let all: [(short: String, long: String, category: Unicode.GeneralCategory)] = [
    ("Lu", "Uppercase_Letter", .uppercaseLetter), ("Ll", "Lowercase_Letter", .lowercaseLetter),
    ("Lt", "Titlecase_Letter", .titlecaseLetter), ("Lm", "Modifier_Letter", .modifierLetter),
    ("Lo", "Other_Letter", .otherLetter), ("Mn", "Nonspacing_Mark", .nonspacingMark),
    ("Mc", "Spacing_Mark", .spacingMark), ("Me", "Enclosing_Mark", .enclosingMark),
    ("Nd", "Decimal_Number", .decimalNumber), ("Nl", "Letter_Number", .letterNumber),
    ("No", "Other_Number", .otherNumber), ("Pc", "Connector_Punctuation", .connectorPunctuation),
    ("Pd", "Dash_Punctuation", .dashPunctuation), ("Ps", "Open_Punctuation", .openPunctuation),
    ("Pe", "Close_Punctuation", .closePunctuation), ("Pi", "Initial_Punctuation", .initialPunctuation),
    ("Pf", "Final_Punctuation", .finalPunctuation), ("Po", "Other_Punctuation", .otherPunctuation),
    ("Sm", "Math_Symbol", .mathSymbol), ("Sc", "Currency_Symbol", .currencySymbol),
    ("Sk", "Modifier_Symbol", .modifierSymbol), ("So", "Other_Symbol", .otherSymbol),
    ("Zs", "Space_Separator", .spaceSeparator), ("Zl", "Line_Separator", .lineSeparator),
    ("Zp", "Paragraph_Separator", .paragraphSeparator), ("Cc", "Control", .control),
    ("Cf", "Format", .format),
    ("Cs", "Surrogate", .surrogate), ("Co", "Private_Use", .privateUse), ("Cn", "Unassigned", .unassigned),
  ]

  private static let groups: [(short: String, long: String)] = [
    ("L", "Letter"), ("LC", "Cased_Letter"), ("M", "Mark"), ("N", "Number"), ("P", "Punctuation"),
    ("S", "Symbol"), ("Z", "Separator"), ("C", "Other"),
  ]
}
