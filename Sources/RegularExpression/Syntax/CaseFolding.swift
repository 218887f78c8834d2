extension Unicode.Scalar {
  /// The representative of all scalars that differ only in case: simple case folding, derived from the
  /// single-scalar mappings in the standard library.
  var folded: Unicode.Scalar {
    if isASCII { return ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) | 0x20) : self }
    // The only small letter whose capital has another small letter (CaseFolding.txt maps it for Turkic only).
    if self == "\u{131}" { return self }
    return (properties.uppercaseMapping.single ?? self).properties.lowercaseMapping.single ?? self
  }

  /// Whether other scalars differ from it only in case.
  var hasCase: Bool { properties.isCased || properties.changesWhenCaseMapped }

  /// The scalars that differ from it only in case, as far as the mappings lead to them.
  var caseVariants: [Unicode.Scalar] {
    guard hasCase else { return [] }
    let folded = folded
    var variants = [folded]
    for text in [folded.properties.uppercaseMapping, folded.properties.titlecaseMapping] {
      if let scalar = text.single { variants.append(scalar) }
    }
    // The ASCII letters that have a third form.
    if folded == "s" { variants.append("\u{17F}") }
    if folded == "k" { variants.append("\u{212A}") }
    return variants
  }
}

extension String {
  /// The scalar of a text that has exactly one.
  fileprivate var single: Unicode.Scalar? {
    let scalars = unicodeScalars
    guard let first = scalars.first, scalars.dropFirst().isEmpty else { return nil }
    return first
  }
}
