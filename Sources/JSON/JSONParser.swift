/// A strict parser for one JSON text as RFC 8259 defines it: no comments, no trailing commas, no byte order
/// mark, only UTF-8.
///
/// It parses the bytes in one pass by recursive descent. The depth limit bounds the stack.
struct JSONParser {
  /// Valid as long as the parser lives; the parser never escapes the call that provides the bytes.
  let bytes: UnsafeBufferPointer<UInt8>
  let maximumDepth: Int
  let maximumValues: Int
  /// The number of elements and members so far.
  private var values = 0
  var position = 0
  /// The text of a string with escapes while it is parsed. Reused between strings for its storage.
  var unescaped: [UInt8] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, maximumValues: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.maximumValues = maximumValues
  }

  mutating func parseText() throws(JSONParseError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONParseError(.byteOrderMark, offset: 0) }
    let value = try parseValue(depth: 0)
    skipWhitespace()
    guard position == bytes.count else { throw unexpected("the end of the text") }
    return value
  }

  /// The byte at the position; 0 at the end, which no JSON token contains.
  var current: UInt8 {
    position < bytes.count ? bytes[position] : 0
  }

  func unexpected(_ expected: String) -> JSONParseError {
    let found = position < bytes.count ? bytes[position] : nil
    return JSONParseError(.unexpected(found: found, expected: expected), offset: position)
  }

  /// Parses a value that is nested in `depth` arrays and objects, and the whitespace before it.
  private mutating func parseValue(depth: Int) throws(JSONParseError) -> JSONValue {
    skipWhitespace()
    switch current {
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONParseError) -> JSONObject {
    try open(depth: depth)
    if skip(UInt8(ascii: "}")) { return JSONObject() }
    var members = JSONMemberList()
    repeat {
      try countValue()
      skipWhitespace()
      guard current == UInt8(ascii: "\"") else { throw unexpected("a member name in double quotes") }
      let name = try parseString()
      // The names of members differ most in their length and their last character, however they are escaped.
      let nameClass = name.utf8.count &* 7 &+ Int(name.utf8.last ?? 0)
      skipWhitespace()
      guard skip(UInt8(ascii: ":")) else { throw unexpected("':' after the member name") }
      members.add(name, try parseValue(depth: depth), nameClass: nameClass)
      skipWhitespace()
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw unexpected("',' or '}' after the member") }
    return JSONObject(members: members.members)
  }

  private mutating func parseArray(depth: Int) throws(JSONParseError) -> [JSONValue] {
    try open(depth: depth)
    if skip(UInt8(ascii: "]")) { return [] }
    var elements: [JSONValue] = []
    repeat {
      try countValue()
      elements.append(try parseValue(depth: depth))
      skipWhitespace()
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw unexpected("',' or ']' after the element") }
    return elements
  }

  private mutating func parseLiteral(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONParseError) -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount {
      // Sound: the offset is within the literal's own bytes.
      guard current == word.utf8Start[offset] else { throw unexpected("'\(word)'") }
      position += 1
    }
    return value
  }

  /// Consumes an opening bracket and the whitespace after it.
  private mutating func open(depth: Int) throws(JSONParseError) {
    guard depth <= maximumDepth else {
      throw JSONParseError(.nestingTooDeep(limit: maximumDepth), offset: position)
    }
    position += 1
    skipWhitespace()
  }

  /// Counts an element or a member that begins here.
  private mutating func countValue() throws(JSONParseError) {
    values += 1
    guard values <= maximumValues else {
      throw JSONParseError(.tooManyValues(limit: maximumValues), offset: position)
    }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }
}
