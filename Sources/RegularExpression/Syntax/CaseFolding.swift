extension Unicode.Scalar {
  /// The scalar that stands for all that differ from it in case only: simple case folding, made of the mappings
  /// to single scalars that the standard library knows.
  var folded: Unicode.Scalar {
    if isASCII { return ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) | 0x20) : self }
    // The one small letter whose capital has another small letter (CaseFolding.txt has it for Turkic only).
    if self == "\u{131}" { return self }
    return (properties.uppercaseMapping.single ?? self).properties.lowercaseMapping.single ?? self
  }

  /// Whether other scalars differ from it in case only.
  var hasCase: Bool { properties.isCased || properties.changesWhenCaseMapped }

  /// Scalars that differ from it in case only, as far as mappings lead to them.
  var caseVariants: [Unicode.Scalar] {
    guard hasCase else { return [] }
    let folded = folded
    var variants = [folded]
    for text in [folded.properties.uppercaseMapping, folded.properties.titlecaseMapping] {
      if let scalar = text.single { variants.append(scalar) }
    }
    // The letters of ASCII that have a third form.
    if folded == "s" { variants.append("\u{17F}") }
    if folded == "k" { variants.append("\u{212A}") }
    return variants
  }
}

extension String {
  /// The scalar of a text that has one only.
  fileprivate var single: Unicode.Scalar? {
    let scalars = unicodeScalars
    guard let first = scalars.first, scalars.dropFirst().isEmpty else { return nil }
    return first
  }
}
