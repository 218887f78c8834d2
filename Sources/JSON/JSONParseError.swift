/// The reason why bytes are not an accepted JSON text, and the position.
public struct JSONParseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: Sendable, Equatable {
    /// The grammar of RFC 8259 requires something else. `found` is nil at the end of the text.
    case unexpected(found: UInt8?, expected: String)
    /// The text starts with a byte order mark, which RFC 8259 section 8.1 forbids.
    case byteOrderMark
    /// Bytes in a string are not UTF-8: truncated, overlong, a surrogate or above U+10FFFF.
    case invalidUTF8
    /// A string contains an unescaped control character.
    case controlCharacter(UInt8)
    /// One half of a UTF-16 surrogate pair is escaped without its other half, so it is not a character.
    case loneSurrogate(UInt16)
    /// A well-formed number is too large for a double, or not zero but too small for one.
    case numberOutOfRange
    /// Arrays and objects are nested more deeply than the caller allows.
    case nestingTooDeep(limit: Int)
    /// All arrays and objects together have more elements and members than the caller allows.
    case tooManyValues(limit: Int)
  }

  /// What is wrong at ``offset``.
  public var kind: Kind
  /// The position of the offending byte, counted from 0; the length of the text if it ends too early.
  public var offset: Int

  public init(_ kind: Kind, offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  public var description: String { "\(problem) at byte \(offset)" }

  private var problem: String {
    switch kind {
    case .unexpected(found: nil, let expected):
      "expected \(expected), found the end of the text"
    case .unexpected(let found?, let expected):
      "expected \(expected), found \(Self.quoted(found))"
    case .byteOrderMark:
      "expected a JSON text without a byte order mark, found one"
    case .invalidUTF8:
      "expected UTF-8, found bytes that are none"
    case .controlCharacter(let byte):
      "expected \\u\(Self.hexadecimal(UInt16(byte), digits: 4)) as the escape of a control character, "
        + "found the character itself"
    case .loneSurrogate(let unit):
      "expected a pair of surrogates, found \\u\(Self.hexadecimal(unit, digits: 4)) alone"
    case .numberOutOfRange:
      "expected a number in the range of a double, found one outside"
    case .tooManyValues(let limit):
      "expected at most \(limit) values, found more"
    case .nestingTooDeep(let limit):
      "expected at most \(limit) arrays and objects in one another, found one more"
    }
  }

  private static func quoted(_ byte: UInt8) -> String {
    0x20..<0x7F ~= byte
      ? "'\(Character(UnicodeScalar(byte)))'" : "the byte 0x\(hexadecimal(UInt16(byte), digits: 2))"
  }

  private static func hexadecimal(_ value: UInt16, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: digits - text.count) + text
  }
}
