import Calendar
import Engine

/// Reads the members of one object into cells and properties.
struct MemberReader {
  private let tree: MemberTree
  private let limits: DataLimits
  private let cells: JSONCells
  private let fields: RowFields
  private var keys: PropertyKeyBudget

  init(_ tree: MemberTree, _ limits: DataLimits, _ cells: JSONCells) {
    self.tree = tree
    self.limits = limits
    self.cells = cells
    fields = cells.fields
    keys = PropertyKeyBudget(limits)
  }

  /// Reads the object whose opening brace is next. Members that are not in the tree are skipped.
  mutating func readMembers(
    of node: Int, depth: Int, _ reader: inout JSONReader
  ) throws(RowDefect) {
    try reader.readMembers(depth: depth) { reader, name throws(RowDefect) in
      let child = tree.child(of: node, name)
      if child == MemberTree.none {
        try reader.skipValue(depth: depth + 1)
      } else {
        try readValue(at: child, depth: depth + 1, &reader)
      }
    }
  }

  private mutating func readValue(
    at node: Int, depth: Int, _ reader: inout JSONReader
  ) throws(RowDefect) {
    switch reader.current {
    case UInt8(ascii: "\""):
      let text = try reader.readString()
      if case .properties(let rule) = tree.nodes[node].kind, text.first == UInt8(ascii: "{") {
        // Some databases export objects as texts of JSON.
        try readEmbedded(text, at: node, rule, depth: depth)
      } else {
        try store(text, at: node)
      }
    case UInt8(ascii: "{"):
      switch tree.nodes[node].kind {
      case .members: try readMembers(of: node, depth: depth, &reader)
      case .properties(let rule): try readProperties(at: node, rule, depth: depth, &reader)
      case .parameters: try readProperties(at: node, MemberTree.PropertyRule(), depth: depth, &reader)
      }
    case UInt8(ascii: "["):
      if tree.nodes[node].kind == .parameters {
        try readParameters(at: node, depth: depth, &reader)
      } else {
        try reader.skipValue(depth: depth)
      }
    default:
      let scalar = try reader.readScalar()
      try store(isNull(scalar) ? Bytes(start: nil, count: 0) : scalar, at: node)
    }
  }

  /// Mutating, so that it works on this value itself, not on a copy for every member.
  private mutating func store(_ text: Bytes, at node: Int) throws(RowDefect) {
    let count = tree.nodes[node].cells.count
    guard count > 0 else { return }
    guard text.count <= limits.csvFieldBytes else {
      throw .longField(maximumBytes: limits.csvFieldBytes)
    }
    for index in 0..<count { cells[tree.nodes[node].cells[index]] = text }
  }

  private mutating func readEmbedded(
    _ text: Bytes, at node: Int, _ rule: MemberTree.PropertyRule, depth: Int
  ) throws(RowDefect) {
    guard let base = text.baseAddress else { return }
    var reader = JSONReader(base, 0..<text.count, maximumDepth: limits.jsonDepth, fields)
    try readProperties(at: node, rule, depth: depth, &reader)
    reader.skipSpace()
    guard reader.isAtEnd else { throw reader.unexpected("the end of the text after the object in it") }
  }
}

extension MemberReader {
  /// Reads an object whose members are properties, except for those that are columns.
  private mutating func readProperties(
    at node: Int, _ rule: MemberTree.PropertyRule, depth: Int, _ reader: inout JSONReader
  ) throws(RowDefect) {
    try reader.readMembers(depth: depth) { reader, name throws(RowDefect) in
      let child = tree.child(of: node, name)
      if child != MemberTree.none {
        try readValue(at: child, depth: depth + 1, &reader)
      } else if rule.skipsDollar, name.first == UInt8(ascii: "$") {
        try reader.skipValue(depth: depth + 1)
      } else {
        try readProperty(try key(name, in: Bytes(start: nil, count: 0)), depth: depth + 1, &reader)
      }
    }
  }

  /// Reads a value as a property, or an object as several whose keys begin with `key`.
  private mutating func readProperty(
    _ key: Bytes, depth: Int, _ reader: inout JSONReader
  ) throws(RowDefect) {
    switch reader.current {
    case UInt8(ascii: "\""): try add(key, text: try reader.readString())
    case UInt8(ascii: "{"):
      try reader.readMembers(depth: depth) { reader, name throws(RowDefect) in
        try readProperty(try self.key(name, in: key), depth: depth + 1, &reader)
      }
    case UInt8(ascii: "["):
      let start = reader.position
      try reader.skipValue(depth: depth)
      try add(key, .array, compactJSON(reader.slice(start, reader.position), fields))
    default: try add(key, scalar: try reader.readScalar())
    }
  }

  /// The key of the member `name` of the object with the key `parent`.
  private mutating func key(_ name: Bytes, in parent: Bytes) throws(RowDefect) -> Bytes {
    try keys.count(name, in: parent)
    if parent.isEmpty { return name }
    return fields.keep(parent, name, separator: UInt8(ascii: "."))
  }

  private func add(_ key: Bytes, _ type: PropertyDataType?, _ text: Bytes, number: Int64? = nil)
    throws(RowDefect)
  {
    // A null is no property, whatever its name.
    if key.isEmpty, type != nil { throw .missing(column: PropertyField.dataKey.rawValue) }
    fields.add(RowProperty(key: key, text: text, type: type, numberTenThousandths: number))
  }

  private func add(_ key: Bytes, text: Bytes) throws(RowDefect) {
    if let instant = storedDate(text) {
      try add(key, .date, fields.keep(formatInstantWithMilliseconds(instant)))
    } else {
      try add(key, .text, text)
    }
  }

  private func add(_ key: Bytes, scalar: Bytes) throws(RowDefect) {
    switch scalar.first {
    case UInt8(ascii: "n"): try add(key, nil, scalar)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): try add(key, .boolean, scalar)
    default: try add(key, number: scalar)
    }
  }

  private func add(_ key: Bytes, number: Bytes) throws(RowDefect) {
    guard let tenThousandths = parseTenThousandths(number) else {
      throw .notANumber(column: String(decoding: key, as: UTF8.self), value: shown(number))
    }
    try add(key, .number, fields.keep(fourDecimals: tenThousandths), number: tenThousandths)
  }
}

extension MemberReader {
  /// Reads an array of objects with a `key` and a `value`: a scalar, or an object in which one of
  /// `string_value`, `int_value`, `float_value` and `double_value` is not null.
  private mutating func readParameters(
    at node: Int, depth: Int, _ reader: inout JSONReader
  ) throws(RowDefect) {
    try reader.readElements(depth: depth) { reader throws(RowDefect) in
      guard reader.current == UInt8(ascii: "{") else { return try reader.skipValue(depth: depth + 1) }
      var parameter = Parameter()
      try readParameter(&parameter, depth: depth + 1, &reader)
      guard !parameter.key.isEmpty, !parameter.value.isEmpty else { return }
      let child = tree.child(of: node, parameter.key)
      if child != MemberTree.none { return try store(parameter.value, at: child) }
      let key = try key(parameter.key, in: Bytes(start: nil, count: 0))
      if parameter.isNumber {
        try add(key, number: parameter.value)
      } else {
        try add(key, text: parameter.value)
      }
    }
  }

  private struct Parameter {
    var key = Bytes(start: nil, count: 0)
    var value = Bytes(start: nil, count: 0)
    var isNumber = false
  }

  private func readParameter(
    _ parameter: inout Parameter, depth: Int, _ reader: inout JSONReader
  ) throws(RowDefect) {
    try reader.readMembers(depth: depth) { reader, name throws(RowDefect) in
      let isQuoted = reader.current == UInt8(ascii: "\"")
      switch reader.current {
      case UInt8(ascii: "{") where isText(name, "value"):
        return try readParameter(&parameter, depth: depth + 1, &reader)
      case UInt8(ascii: "{"), UInt8(ascii: "["): return try reader.skipValue(depth: depth + 1)
      default: break
      }
      let value = isQuoted ? try reader.readString() : try reader.readScalar()
      if !isQuoted, isNull(value) { return }
      if isText(name, "key") {
        parameter.key = value
      } else if isText(name, "value") || isText(name, "string_value") {
        parameter.value = value
        parameter.isNumber = !isQuoted && value.first != UInt8(ascii: "t") && value.first != UInt8(ascii: "f")
      } else if Self.numberNames.contains(where: { name.elementsEqual($0) }) {
        // An export to JSON quotes integers.
        parameter.value = value
        parameter.isNumber = true
      }
    }
  }

  private static let numberNames = ["int_value", "float_value", "double_value"].map { Array($0.utf8) }
}

@inline(__always)
private func isNull(_ scalar: Bytes) -> Bool { scalar.first == UInt8(ascii: "n") }
