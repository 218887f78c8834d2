/// A piece of a statement in ClickHouse's SQL.
///
/// It is written as a string literal. What is interpolated is another piece, a name, or a value; a value becomes a parameter
/// of the statement and is never part of its text. There is no way to make one of a text that is known only at run time:
///
/// ```swift
/// let condition: SQL = "url_path = \(value: path) AND t <= \(value: end)"
/// let statement: SQL = "SELECT \(name: column) FROM \(table) WHERE \(condition)"
/// ```
struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
  fileprivate(set) var pieces: [Piece] = []

  enum Piece: Sendable, Equatable {
    case text(String)
    case value(SQLValue)
  }

  init() {}

  init(stringLiteral text: StaticString) { pieces = [.text("\(text)")] }

  init(stringInterpolation interpolation: StringInterpolation) { pieces = interpolation.pieces }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ text: StaticString) { pieces.append(.text("\(text)")) }

    mutating func appendInterpolation(_ piece: SQL) { pieces += piece.pieces }

    /// A parameter with this value.
    mutating func appendInterpolation(value: SQLValue) { pieces.append(.value(value)) }
    mutating func appendInterpolation(value: String) { pieces.append(.value(.text(value))) }
    mutating func appendInterpolation(value: Int64) { pieces.append(.value(.integer(value))) }
    mutating func appendInterpolation(value: Int) { pieces.append(.value(.integer(Int64(value)))) }
    mutating func appendInterpolation(value: [String]) { pieces.append(.value(.texts(value))) }
    mutating func appendInterpolation(value: [Int64]) { pieces.append(.value(.integers(value))) }

    /// The name of a column, a table or an alias, quoted.
    mutating func appendInterpolation(name: String) { pieces.append(.text(quotedName(name))) }

    /// A small number that the program computed, such as the number of a step.
    mutating func appendInterpolation(number: Int) { pieces.append(.text("\(number)")) }
  }
}

extension SQL {
  static func + (first: SQL, second: SQL) -> SQL {
    var sum = first
    sum.pieces += second.pieces
    return sum
  }

  static func += (sum: inout SQL, piece: SQL) { sum.pieces += piece.pieces }

  var isEmpty: Bool { pieces.isEmpty }
}

extension Sequence<SQL> {
  /// The pieces one after the other, with `separator` between them.
  func joined(separator: SQL) -> SQL {
    var sum = SQL()
    for (index, piece) in enumerated() {
      if index > 0 { sum += separator }
      sum += piece
    }
    return sum
  }

  /// A condition that all of them hold.
  func allHold() -> SQL { combined(" AND ", ifEmpty: "true") }

  /// A condition that one of them holds.
  func oneHolds() -> SQL { combined(" OR ", ifEmpty: "false") }

  private func combined(_ word: SQL, ifEmpty: SQL) -> SQL {
    let pieces = map { "(\($0))" as SQL }
    return pieces.isEmpty ? ifEmpty : pieces.joined(separator: word)
  }
}

/// A name in backquotes. ClickHouse reads escapes in it as in a text.
private func quotedName(_ name: String) -> String {
  var quoted = "`"
  for scalar in name.unicodeScalars {
    if scalar == "`" || scalar == "\\" { quoted += "\\" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "`"
}

/// The value of a parameter.
enum SQLValue: Sendable, Equatable {
  case text(String)
  case integer(Int64)
  case number(Double)
  case texts([String])
  case integers([Int64])

  /// Its type in ClickHouse.
  var type: String {
    switch self {
    case .text: "String"
    case .integer: "Int64"
    case .number: "Float64"
    case .texts: "Array(String)"
    case .integers: "Array(Int64)"
    }
  }

  /// As a parameter of a request over HTTP, before it is percent-encoded: a field of tab-separated values, in which only these
  /// characters have a meaning.
  var parameterText: String {
    switch self {
    case .text(let text): escaped(text, quote: false)
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    // In the texts of an array, no other byte is special.
    case .texts(let texts):
      "[" + texts.map { "'" + escaped($0, quote: true) + "'" }.joined(separator: ",") + "]"
    case .integers(let numbers): "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
    }
  }
}

extension SQLValue {
  /// A parameter may have 131,072 bytes (`http_max_field_value_size`); escapes at most double those of a text.
  private static let maximumBytes = 60_000

  /// The function that joins ``parts``.
  fileprivate var joiningFunction: String { if case .text = self { "concat" } else { "arrayConcat" } }

  /// Values that are short enough to be sent, and that joined are this one.
  fileprivate var parts: [SQLValue] {
    switch self {
    case .integer, .number: [self]
    case .text(let text):
      text.utf8.count <= Self.maximumBytes
        ? [self]
        : divided(Array(text.unicodeScalars)) { $0.utf8.count }.map { scalars in
          var part = String.UnicodeScalarView()
          part.append(contentsOf: scalars)
          return .text(String(part))
        }
    // A text that is too long by itself is left to the server to refuse.
    case .texts(let texts): divided(texts) { $0.utf8.count + 3 }.map { .texts($0) }
    case .integers(let numbers): divided(numbers) { _ in 21 }.map { .integers($0) }
    }
  }

  /// Elements in runs of at most ``maximumBytes``; one run if there are none.
  private func divided<Element>(_ elements: [Element], _ bytes: (Element) -> Int) -> [[Element]] {
    var runs: [[Element]] = [[]]
    var size = 0
    for element in elements {
      size += bytes(element)
      if size > Self.maximumBytes, !runs[runs.count - 1].isEmpty {
        runs.append([])
        size = bytes(element)
      }
      runs[runs.count - 1].append(element)
    }
    return runs
  }
}

private func escaped(_ text: String, quote: Bool) -> String {
  var escaped: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\\"): escaped += "\\\\".utf8
    case UInt8(ascii: "'") where quote: escaped += "\\'".utf8
    case UInt8(ascii: "\t") where !quote: escaped += "\\t".utf8
    case UInt8(ascii: "\n") where !quote: escaped += "\\n".utf8
    default: escaped.append(byte)
    }
  }
  return String(decoding: escaped, as: UTF8.self)
}

/// A statement as it is sent: its text with placeholders `{p1:String}`, and the values of these.
public struct Statement: Sendable, Equatable {
  public let text: String
  /// In the order of their first use.
  public let parameters: [Parameter]

  public struct Parameter: Sendable, Equatable {
    /// For example `p1`.
    public let name: String
    /// For example `Array(String)`.
    public let type: String
    /// In the form in which ClickHouse reads parameters of requests.
    public let value: String
  }

  init(_ sql: SQL) {
    var text = ""
    var parameters: [Parameter] = []
    var names: [ParameterKey: String] = [:]
    for piece in sql.pieces {
      switch piece {
      case .text(let part): text += part
      case .value(let value):
        let parts = value.parts.map { value in
          let name = names[ParameterKey(value)] ?? "p\(parameters.count + 1)"
          if names.updateValue(name, forKey: ParameterKey(value)) == nil {
            parameters.append(Parameter(name: name, type: value.type, value: value.parameterText))
          }
          return "{\(name):\(value.type)}"
        }
        text += parts.count == 1 ? parts[0] : "\(value.joiningFunction)(\(parts.joined(separator: ", ")))"
      }
    }
    (self.text, self.parameters) = (text, parameters)
  }

  /// The statement as `clickhouse-client` reads it: a `SET` for each parameter, then the text.
  public var clientText: String {
    parameters.map { parameter in
      let value = escaped(parameter.value, quote: true)
      return "SET param_\(parameter.name) = '\(value)';\n"
    }.joined() + text + ";\n"
  }
}

/// Values with one key are one parameter. Bytes are compared, because strings are equal if they only look the same.
private struct ParameterKey: Hashable {
  private let type: String
  private let bytes: [UInt8]

  init(_ value: SQLValue) {
    type = value.type
    bytes = Array(value.parameterText.utf8)
  }
}
