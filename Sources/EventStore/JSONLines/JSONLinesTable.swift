import Engine

extension FileTable {
  /// The table of a file with a JSON object on each line. Reads the first objects, which determine their form.
  ///
  /// Throws `missingColumns` if they are in no known form and `map` does not name the columns.
  init(jsonLines contents: FileContents, _ map: ColumnMap) throws(StoreError) {
    try self.init(jsonLines: contents, map, MemberPaths(contents, wanted: map.columnNames))
  }

  /// - Parameters:
  ///   - members: the members of the first objects.
  ///   - watched: the paths of members that get columns of their own, which nothing is read from.
  init(
    jsonLines contents: FileContents, _ map: ColumnMap, _ members: MemberPaths, watched: [[String]] = []
  ) throws(StoreError) {
    let found = members.all
    let columns = JSONColumns(JSONForm(recognising: found), map, found: found, watched: watched)
    if columns.form.kind == .flat {
      let needed = [EventField.sessionID, .createdAt].map(\.rawValue)
      let missing = needed.filter { name in
        map.source(of: name) == nil && !Self.isFound(name, columns, found)
      }
      if !missing.isEmpty {
        if let path = members.wrappingArray,
          case .unreadable(let name, let advice) = FileFormat.wrapped(in: path)
        {
          throw .unusableFile(path: contents.path, sentence: "is \(name); \(advice)")
        }
        throw .missingColumns(
          MissingColumns(
            path: contents.path, kind: "events", missing: missing,
            found: found.map { $0.joined(separator: ".") }))
      }
    }
    self.init(
      contents: contents, columns: columns.names, rows: contents.textStart..<contents.bytes.count,
      syntax: .jsonLines(columns))
  }

  /// Whether one of `found` is a value of the column `name`.
  private static func isFound(_ name: String, _ columns: JSONColumns, _ found: [[String]]) -> Bool {
    let paths = columns.form.columns.filter { $0.name == name }.flatMap(\.paths).joined()
    return found.contains { paths.contains($0) }
  }
}

/// Collects the paths of members of objects.
struct MemberPaths {
  /// In the order in which they occur.
  private(set) var all: [[String]] = []
  /// The first value of each that is a text or a number, shortened.
  private(set) var examples: [String?] = []
  /// The path of the first array of objects whose names are plain, if there is only one object.
  var wrappingArray: [String]? { objects == 1 ? firstArray : nil }
  private var objects = 0
  private var firstArray: [String]?
  private var indexes: [[String]: Int] = [:]
  private var names: Set<String> = []

  private static let (maximumCount, maximumDepth) = (5_000, 6)
  /// How many bytes of the first lines are examined; more if a name that is wanted has not occurred yet.
  private static let (examinedBytes, mostExaminedBytes) = (256 << 10, 64 << 20)

  /// The members of the first objects of a file with an object on each line.
  init(_ contents: FileContents, wanted: [String]) {
    defer { withExtendedLifetime(contents) {} }
    let start = contents.textStart
    guard let base = contents.bytes.baseAddress else { return }
    let fields = RowFields(columnCount: 0)
    var lines = LineScanner(
      contents.bytes, rows: start..<contents.bytes.count, maximumBytes: Self.mostExaminedBytes
    ) { $0 > Self.mostExaminedBytes }
    while lines.position - start < Self.mostExaminedBytes,
      lines.position - start < Self.examinedBytes || !contains(all: wanted)
    {
      switch lines.next() {
      case .line(let line):
        fields.beginRow()
        var reader = JSONReader(
          base + line.lowerBound, 0..<line.count, maximumDepth: DataLimits.standard.jsonDepth, fields)
        // A line that cannot be read is reported when its row is read.
        try? add(&reader)
      case .other(.bad): continue
      case .other: return
      }
    }
  }

  private func contains(all wanted: [String]) -> Bool {
    wanted.allSatisfy { names.contains($0.lowercased()) }
  }

  private mutating func add(_ reader: inout JSONReader) throws(RowDefect) {
    reader.skipSpace()
    guard reader.current == UInt8(ascii: "{") else { return }
    objects += 1
    try add([], &reader)
  }

  private mutating func add(_ path: [String], _ reader: inout JSONReader) throws(RowDefect) {
    try reader.readMembers(depth: path.count) { reader, name throws(RowDefect) in
      let member = path + [String(decoding: name, as: UTF8.self)]
      switch reader.current {
      case UInt8(ascii: "{") where member.count < Self.maximumDepth: try add(member, &reader)
      case UInt8(ascii: "["):
        insert(member)
        try addParameters(member, &reader)
      default:
        let start = reader.position
        try reader.skipValue(depth: member.count)
        insert(member, example: reader.slice(start, reader.position))
      }
    }
  }

  /// The keys in an array of objects with `key` and `value` are members too.
  private mutating func addParameters(_ path: [String], _ reader: inout JSONReader) throws(RowDefect) {
    try reader.readElements(depth: path.count) { reader throws(RowDefect) in
      guard reader.current == UInt8(ascii: "{") else { return try reader.skipValue(depth: path.count + 1) }
      if firstArray == nil, objects == 1, path.allSatisfy(Self.isPlain) { firstArray = path }
      try reader.readMembers(depth: path.count + 1) { reader, name throws(RowDefect) in
        guard name.elementsEqual("key".utf8), reader.current == UInt8(ascii: "\"") else {
          return try reader.skipValue(depth: path.count + 2)
        }
        insert(path + [String(decoding: try reader.readString(), as: UTF8.self)])
      }
    }
  }

  /// Whether a name needs no quotes in a path of jq.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || $0 == UInt8(ascii: "_")
      }
  }

  private mutating func insert(_ path: [String], example value: Bytes = Bytes(start: nil, count: 0)) {
    if let index = indexes[path] {
      if examples[index] == nil { examples[index] = example(value) }
      return
    }
    guard all.count < Self.maximumCount else { return }
    indexes[path] = all.count
    all.append(path)
    examples.append(example(value))
    names.insert(path.joined(separator: ".").lowercased())
  }

  /// A value as it is written, without quotes; nil if it is null or empty.
  private func example(_ value: Bytes) -> String? {
    guard let first = value.first, first != UInt8(ascii: "n") else { return nil }
    let text = first == UInt8(ascii: "\"") ? Bytes(rebasing: value.dropFirst().dropLast()) : value
    return text.isEmpty ? nil : InspectedColumn.example(text)
  }
}
