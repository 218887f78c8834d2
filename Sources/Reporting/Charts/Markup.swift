/// A piece of HTML or SVG. It is well-formed whatever texts it holds: texts and values of attributes come from events,
/// and are escaped when they are put in. Only names, which the program writes, are taken as they are.
struct Markup {
  private let source: String

  private init(source: String) { self.source = source }

  static let empty = Markup(source: "")

  /// A text. Characters that control a display or its writing direction are replaced, as in a terminal.
  static func text(_ text: String) -> Markup { Markup(source: escaped(text)) }

  /// Style sheets and scripts of the program itself, which are no data.
  static func trusted(_ source: StaticString) -> Markup { Markup(source: source.description) }

  /// An element with an end tag, which both HTML and XML accept for every element that may have content.
  static func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: [Markup] = []
  ) -> Markup {
    var source = tag(name, attributes)
    for part in content { source += part.source }
    source += "</"
    source += name.description
    source += ">"
    return Markup(source: source)
  }

  static func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) -> Markup {
    element(name, attributes, [.text(text)])
  }

  /// An element of HTML without content and end tag, such as `meta`.
  static func void(_ name: StaticString, _ attributes: Attributes = [:]) -> Markup {
    Markup(source: tag(name, attributes))
  }

  /// Several pieces, one after the other.
  static func group(_ parts: [Markup]) -> Markup { Markup(source: parts.map(\.source).joined()) }

  /// A whole HTML document.
  static func htmlDocument(_ html: Markup) -> String { "<!DOCTYPE html>\n" + html.source + "\n" }

  /// A whole XML document.
  static func xmlDocument(_ root: Markup) -> String { root.source + "\n" }

  /// The bytes of a style sheet or a script, of which a page states a hash.
  var trustedText: String { source }

  private static func tag(_ name: StaticString, _ attributes: Attributes) -> String {
    var tag = "<"
    tag += name.description
    for (name, value) in attributes.pairs {
      tag += " "
      tag += name.description
      tag += "=\""
      tag += escaped(value)
      tag += "\""
    }
    tag += ">"
    return tag
  }

  private static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var escaped = ""
    for scalar in displayable(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(isNoncharacter(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return escaped
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
  let unit = places == 1 ? 10 : 100
  let parts = Int((number * Double(unit)).rounded())
  let (whole, rest) = parts.magnitude.quotientAndRemainder(dividingBy: unit.magnitude)
  let sign = parts < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  if places == 1 { return "\(sign)\(whole).\(rest)" }
  if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
  return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}
