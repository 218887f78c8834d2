import Engine

extension FileTable {
  /// The table of a file with a JSON object on each line. Reads the first objects, which determine their form.
  ///
  /// Throws `missingColumns` if they are in no known form and `map` does not name the columns.
  init(jsonLines contents: FileContents, _ map: ColumnMap) throws(StoreError) {
    defer { withExtendedLifetime(contents) {} }
    let bytes = contents.bytes
    let start = contents.textStart
    let found = Self.paths(bytes, start..<bytes.count, wanted: map.columnNames)
    let columns = JSONColumns(JSONForm(recognising: found), map, found: found)
    if columns.form.kind == .flat {
      let needed = [EventField.sessionID, .createdAt].map(\.rawValue)
      let missing = needed.filter { name in
        map.source(of: name) == nil && !Self.isFound(name, columns, found)
      }
      if !missing.isEmpty {
        throw .missingColumns(
          MissingColumns(
            path: contents.path, kind: "events", missing: missing,
            found: found.map { $0.joined(separator: ".") }))
      }
    }
    self.init(
      contents: contents, columns: columns.names, rows: start..<bytes.count, syntax: .jsonLines(columns))
  }

  /// Whether one of `found` is a value of the column `name`.
  private static func isFound(_ name: String, _ columns: JSONColumns, _ found: [[String]]) -> Bool {
    let paths = columns.form.columns.filter { $0.name == name }.flatMap(\.paths).joined()
    return found.contains { paths.contains($0) }
  }

  /// How many bytes of the first lines are examined; more if a name of `wanted` has not occurred yet.
  private static let (examinedBytes, mostExaminedBytes) = (256 << 10, 64 << 20)

  /// The paths of the members in the first objects, in the order in which they occur.
  private static func paths(_ bytes: Bytes, _ rows: Range<Int>, wanted: [String]) -> [[String]] {
    guard let base = bytes.baseAddress else { return [] }
    let fields = RowFields(columnCount: 0)
    var lines = LineScanner(bytes, rows: rows, maximumBytes: mostExaminedBytes) { $0 > mostExaminedBytes }
    var paths = MemberPaths()
    while lines.position - rows.lowerBound < mostExaminedBytes,
      lines.position - rows.lowerBound < examinedBytes || !paths.contains(all: wanted)
    {
      switch lines.next() {
      case .line(let line):
        fields.beginRow()
        var reader = JSONReader(base + line.lowerBound, 0..<line.count, maximumDepth: 64, fields)
        // A line that cannot be read is reported when its row is read.
        try? paths.add(&reader)
      case .other(.bad): continue
      case .other: return paths.all
      }
    }
    return paths.all
  }
}

/// Collects the paths of members of objects.
private struct MemberPaths {
  private(set) var all: [[String]] = []
  private var known: Set<[String]> = []
  private var names: Set<String> = []

  private static let (maximumCount, maximumDepth) = (5_000, 6)

  func contains(all wanted: [String]) -> Bool { wanted.allSatisfy { names.contains($0.lowercased()) } }

  mutating func add(_ reader: inout JSONReader) throws(RowFailure) {
    reader.skipSpace()
    guard reader.current == UInt8(ascii: "{") else { return }
    try add([], &reader)
  }

  private mutating func add(_ path: [String], _ reader: inout JSONReader) throws(RowFailure) {
    try reader.readMembers(depth: path.count) { reader, name throws(RowFailure) in
      let member = path + [String(decoding: name, as: UTF8.self)]
      switch reader.current {
      case UInt8(ascii: "{") where member.count < Self.maximumDepth: try add(member, &reader)
      case UInt8(ascii: "["):
        insert(member)
        try addParameters(member, &reader)
      default:
        insert(member)
        try reader.skipValue(depth: member.count)
      }
    }
  }

  /// The keys in an array of objects with `key` and `value` are members too.
  private mutating func addParameters(_ path: [String], _ reader: inout JSONReader) throws(RowFailure) {
    try reader.readElements(depth: path.count) { reader throws(RowFailure) in
      guard reader.current == UInt8(ascii: "{") else { return try reader.skipValue(depth: path.count + 1) }
      try reader.readMembers(depth: path.count + 1) { reader, name throws(RowFailure) in
        guard name.elementsEqual("key".utf8), reader.current == UInt8(ascii: "\"") else {
          return try reader.skipValue(depth: path.count + 2)
        }
        insert(path + [String(decoding: try reader.readString(), as: UTF8.self)])
      }
    }
  }

  private mutating func insert(_ path: [String]) {
    guard all.count < Self.maximumCount, known.insert(path).inserted else { return }
    all.append(path)
    names.insert(path.joined(separator: ".").lowercased())
  }
}
