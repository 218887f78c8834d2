/// The path to a value within a JSON value (RFC 6901): `/items/0/name`. The empty text is the whole value.
public struct JSONPointer: Sendable {
  /// Member names and element positions from the outside in, unescaped.
  public var tokens: [String]

  public init(tokens: [String] = []) {
    self.tokens = tokens
  }

  /// Parses a pointer. Fails if it does not begin with `/`, or if a `~` is not followed by `0` or `1`.
  public init?(_ text: String) {
    tokens = []
    if text.isEmpty { return }
    let escapedTokens = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard escapedTokens[0].isEmpty else { return nil }
    for escaped in escapedTokens.dropFirst() {
      guard let token = Self.unescape(escaped) else { return nil }
      tokens.append(token)
    }
  }

  /// Returns a member name as one token of a pointer's text: `~` becomes `~0` and `/` becomes `~1`.
  public static func escape(_ token: String) -> String {
    guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
      return token
    }
    var escaped = ""
    for scalar in token.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func unescape(_ token: Substring.UTF8View) -> String? {
    guard token.contains(UInt8(ascii: "~")) else { return String(Substring(token)) }
    var bytes: [UInt8] = []
    var rest = token
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "~") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
      default: return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension JSONPointer: CustomStringConvertible {
  /// The pointer's text, escaped.
  public var description: String {
    tokens.map { "/" + Self.escape($0) }.joined()
  }
}

extension JSONValue {
  /// The value at a pointer; nil if there is none.
  public subscript(pointer: JSONPointer) -> JSONValue? {
    pointer.tokens.reduce(self as JSONValue?) { value, token in value?.child(token) }
  }

  private func child(_ token: String) -> JSONValue? {
    if let object { return object[token] }
    guard let array, let position = Self.position(token), position < array.count else { return nil }
    return array[position]
  }

  /// Parses an element's position as RFC 6901 section 4 defines it: digits without a leading zero.
  private static func position(_ token: String) -> Int? {
    let hasLeadingZero = token.utf8.first == UInt8(ascii: "0") && token != "0"
    guard !hasLeadingZero, token.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return Int(token)
  }
}
