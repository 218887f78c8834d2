/// A piece of HTML or SVG. It is well-formed whatever texts it holds: texts and values of attributes come from events,
/// and are escaped when they are put in. Only names, which the program writes, are taken as they are.
struct Markup {
  /// UTF-8. Elements are put together many times, which is faster with bytes than with strings.
  private var source: [UInt8]

  private init(source: [UInt8] = []) { self.source = source }

  static let empty = Markup()

  /// A text. Characters that control a display or its writing direction are replaced, as in a terminal.
  static func text(_ text: String) -> Markup {
    var markup = Markup()
    markup.appendEscaped(text)
    return markup
  }

  /// A composed text of a drawing, in which each part is isolated by characters: SVG has no element for that.
  static func text(_ label: Label) -> Markup {
    guard label.needsIsolation else { return .text(label.plainText) }
    var markup = Markup()
    for piece in label.pieces {
      if piece.isPart { markup.source += "\u{2068}".utf8 }
      markup.appendEscaped(piece.text)
      if piece.isPart { markup.source += "\u{2069}".utf8 }
    }
    return markup
  }

  /// A composed text of a page, in which each part is isolated by an element.
  static func isolated(_ label: Label) -> Markup {
    guard label.needsIsolation else { return .text(label.plainText) }
    return .group(label.pieces.map { $0.isPart ? .element("bdi", text: $0.text) : .text($0.text) })
  }

  /// Style sheets and scripts of the program itself, which are no data.
  static func trusted(_ source: StaticString) -> Markup { Markup(source: Array(source.description.utf8)) }

  /// An element with an end tag, which both HTML and XML accept for every element that may have content.
  static func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: [Markup] = []
  ) -> Markup {
    var markup = Markup()
    markup.source.reserveCapacity(content.reduce(128) { $0 + $1.source.count })
    markup.appendTag(name, attributes)
    for part in content { markup.source += part.source }
    markup.append("</")
    markup.append(name)
    markup.append(">")
    return markup
  }

  static func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) -> Markup {
    element(name, attributes, [.text(text)])
  }

  /// An element of HTML without content and end tag, such as `meta`.
  static func void(_ name: StaticString, _ attributes: Attributes = [:]) -> Markup {
    var markup = Markup()
    markup.appendTag(name, attributes)
    return markup
  }

  /// Several pieces, one after the other.
  static func group(_ parts: [Markup]) -> Markup { Markup(source: Array(parts.map(\.source).joined())) }

  /// A whole HTML document.
  static func htmlDocument(_ html: Markup) -> String { "<!DOCTYPE html>\n" + html.trustedText + "\n" }

  /// A whole XML document.
  static func xmlDocument(_ root: Markup) -> String { root.trustedText + "\n" }

  /// The text of a style sheet or a script, of which a page states a hash.
  var trustedText: String { String(decoding: source, as: UTF8.self) }

  private mutating func append(_ text: StaticString) {
    // Sound: a static string is never freed. Names and signs are ASCII.
    source += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  private mutating func appendTag(_ name: StaticString, _ attributes: Attributes) {
    append("<")
    append(name)
    for (name, value) in attributes.pairs {
      append(" ")
      append(name)
      append("=\"")
      appendEscaped(value)
      append("\"")
    }
    append(">")
  }

  private mutating func appendEscaped(_ text: String) {
    if text.utf8.allSatisfy(Self.isPlain) { return source.append(contentsOf: text.utf8) }
    for scalar in displayable(text).unicodeScalars {
      switch scalar {
      case "&": append("&amp;")
      case "<": append("&lt;")
      case ">": append("&gt;")
      case "\"": append("&quot;")
      case "'": append("&#39;")
      default:
        source +=
          UTF8.encode(Self.isNoncharacter(scalar) ? "\u{FFFD}" : scalar) ?? UTF8.encodedReplacementCharacter
      }
    }
  }

  /// Whether a byte is a character that means nothing else in HTML and XML.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
    default: 0x20..<0x7F ~= byte
    }
  }

  /// Whether documents must not have the character, which is none (Unicode, section 23.7).
  private static func isNoncharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value & 0xFFFE == 0xFFFE || 0xFDD0...0xFDEF ~= scalar.value
  }
}

/// The attributes of an element, in the order in which they are written.
struct Attributes: ExpressibleByDictionaryLiteral {
  fileprivate var pairs: [(name: StaticString, value: String)]

  init(dictionaryLiteral pairs: (StaticString, String)...) { self.pairs = pairs.map { ($0, $1) } }

  mutating func append(_ name: StaticString, _ value: String) { pairs.append((name, value)) }
}

/// A coordinate or length in pixels, to a tenth: `12`, `12.5`.
func pixels(_ number: Double) -> String { decimalText(number, places: 1) }

/// A position or length as a part of the width of the drawing, to a hundredth of a percent: `12.5%`. So drawings fit every
/// width, and their texts keep their size.
func percent(_ share: Double) -> String { decimalText(share * 100, places: 2) + "%" }

private func decimalText(_ number: Double, places: Int) -> String {
  guard number.isFinite, abs(number) < 1e6 else { return "0" }
  var unit: UInt = places == 1 ? 10 : 100
  let parts = Int((number * Double(unit)).rounded())
  var (whole, rest) = parts.magnitude.quotientAndRemainder(dividingBy: unit)
  if whole == 0, rest == 0 { return "0" }
  var text = parts < 0 ? "-" : ""
  text += String(whole)
  if rest == 0 { return text }
  text += "."
  while rest > 0 {
    unit /= 10
    (whole, rest) = rest.quotientAndRemainder(dividingBy: unit)
    text += String(whole)
  }
  return text
}
