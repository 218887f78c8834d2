/// A text of a drawing that is composed of parts, such as `name: value`. A part that is written from right to left would
/// change the order of its neighbours, so each part is isolated where it is shown (UAX #9, section 2.4).
struct Label: Sendable, Equatable, ExpressibleByStringInterpolation {
  struct Piece: Sendable, Equatable {
    var text: String
    /// Whether the text may come from events; otherwise it is the program's, such as a separator.
    var isPart: Bool
  }

  private(set) var pieces: [Piece]

  init(_ text: String) { pieces = [Piece(text: text, isPart: true)] }

  init(stringLiteral text: String) { self.init(text) }

  init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  /// Parts with a separator between them.
  init(joining parts: [String], by separator: String) {
    pieces = []
    for (index, part) in parts.enumerated() {
      if index > 0 { pieces.append(Piece(text: separator, isPart: false)) }
      pieces.append(Piece(text: part, isPart: true))
    }
  }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ text: String) {
      if !text.isEmpty { pieces.append(Piece(text: text, isPart: false)) }
    }

    mutating func appendInterpolation(_ text: String) { pieces.append(Piece(text: text, isPart: true)) }
    mutating func appendInterpolation(_ label: Label) { pieces += label.pieces }
    mutating func appendInterpolation(_ number: Int) { appendLiteral(String(number)) }
  }

  /// Without isolation: for what is no drawing.
  var plainText: String { pieces.count == 1 ? pieces[0].text : pieces.map(\.text).joined() }

  /// Whether it has several parts of which one is written from right to left.
  var needsIsolation: Bool {
    pieces.count > 1 && pieces.contains { $0.isPart && isWrittenFromRightToLeft($0.text) }
  }

  /// The label in at most `width` columns; an ellipsis replaces what is cut off.
  func shortened(to width: Int) -> Label {
    var (kept, room) = (self, width)
    kept.pieces.removeAll()
    for piece in pieces {
      let text = Reporting.shortened(displayable(piece.text), to: max(room, 1))
      kept.pieces.append(Piece(text: text, isPart: piece.isPart))
      room -= displayWidth(piece.text)
      if room <= 0 { break }
    }
    return kept
  }
}

/// Whether a text has a letter of a script that is written from right to left, such as Hebrew and Arabic.
private func isWrittenFromRightToLeft(_ text: String) -> Bool {
  text.unicodeScalars.contains { scalar in
    switch scalar.value {
    case 0x590...0x8FF, 0xFB1D...0xFDCF, 0xFDF0...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF,
      0x1E800...0x1EFFF:
      true
    default: false
    }
  }
}
