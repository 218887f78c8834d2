/// The columns that a text takes on a terminal.
func displayWidth(_ text: String) -> Int {
  text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + displayWidth($1) }
}

/// The columns of a character, that is, of a base with its marks, or of an emoji sequence.
func displayWidth(_ character: Character) -> Int {
  let scalars = character.unicodeScalars
  guard let first = scalars.first else { return 0 }
  guard first.properties.isEmoji, scalars.count > 1 else {
    return scalars.reduce(0) { $0 + displayWidth($1) }
  }
  // A flag, which is two letters; a picture that the variation selector makes of a sign; or several pictures
  // that joiners and skin tones make one.
  if isRegionalIndicator(first) || scalars.contains("\u{FE0F}") { return 2 }
  return scalars.reduce(0) { max($0, displayWidth($1)) }
}

/// The columns of a scalar alone: none for marks and joiners, two for East Asian scripts and for pictures
/// (UAX #11).
private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  if scalar.isASCII { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .spacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  switch scalar.value {
  // The vowels and finals of Hangul, which the terminal puts into the block of their initial.
  case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
  case 0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
    0x3250...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1D300...0x1D376, 0x1F200...0x1F265,
    0x20000...0x3FFFD:
    return 2
  default: return scalar.properties.isEmojiPresentation && !isRegionalIndicator(scalar) ? 2 : 1
  }
}

private func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
  (0x1F1E6...0x1F1FF).contains(scalar.value)
}
