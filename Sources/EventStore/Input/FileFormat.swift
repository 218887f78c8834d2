import Engine

/// The format of a file, recognised by its contents.
enum FileFormat: Equatable {
  case sqlite
  /// Rows of fields between separators, after a row of column names.
  case delimited
  /// A JSON object on each line.
  case jsonLines
  /// SQL statements that make the tables and rows of a database.
  case sqlDump(SQLDialect)
  /// An access log in common or combined form, as Apache and nginx write it.
  case accessLog
  case compressed(Compression)
  /// A format that cannot be read: `name` names it, `advice` says how to make a file that can.
  case unreadable(name: String, advice: String)

  init(_ bytes: Bytes) {
    let start = Bytes(rebasing: bytes.prefix(Self.examinedBytes))
    self =
      FileFormat(magicNumberOf: bytes) ?? Self.textFormat(start)
      ?? SQLDialect(dump: start).map { .sqlDump($0) } ?? .delimited
  }

  /// The format that the first bytes, the magic number, determine; nil if they determine none.
  init?(magicNumberOf bytes: Bytes) {
    guard let found = Self.magicNumbers.first(where: { bytes.starts(with: $0.magic) }) else {
      guard bytes.dropFirst(8).starts(with: "DUCK".utf8) else { return nil }
      self = .unreadable(
        name: "a DuckDB database",
        advice: "export its tables with duckdb: COPY website_event TO 'events.csv' (HEADER)")
      return
    }
    self = found.format == .zip && Self.isSpreadsheet(bytes) ? .spreadsheet : found.format
  }

  private static let zip = FileFormat.unreadable(name: "a zip archive", advice: "unpack it with unzip")
  private static let spreadsheet = FileFormat.unreadable(
    name: "an Excel or OpenDocument spreadsheet", advice: "save its sheet as CSV (UTF-8)")

  /// Whether a zip archive begins with a file that only office documents have.
  private static func isSpreadsheet(_ archive: Bytes) -> Bool {
    // The header of a zip entry has 30 bytes before its name.
    let name = archive.prefix(examinedBytes).dropFirst(30)
    return ["[Content_Types].xml", "_rels/", "xl/", "docProps/", "mimetype"].contains {
      name.starts(with: $0.utf8)
    }
  }

  /// How many bytes at the start of a file are examined.
  private static let examinedBytes = 16 << 10

  private static let magicNumbers: [(magic: [UInt8], format: FileFormat)] = [
    (Array("SQLite format 3\0".utf8), .sqlite),
    ([0x1F, 0x8B], .compressed(.gzip)),
    ([0x28, 0xB5, 0x2F, 0xFD], .compressed(.zstandard)),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .compressed(.xz)),
    (Array("BZh".utf8), .compressed(.bzip2)),
    (Array("PK\u{3}\u{4}".utf8), zip),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .unreadable(name: "a 7z archive", advice: "unpack it with 7z x")),
    (
      [0x04, 0x22, 0x4D, 0x18], .unreadable(name: "compressed with lz4", advice: "decompress it with lz4 -d")
    ),
    (
      Array("ARROW1".utf8),
      .unreadable(
        name: "an Arrow or Feather file", advice: "convert it to CSV or to one JSON object a line")
    ),
    (
      Array("PAR1".utf8),
      .unreadable(
        name: "a Parquet file", advice: "convert it with duckdb: COPY 'file.parquet' TO 'file.csv' (HEADER)")
    ),
    (
      Array("PGDMP".utf8),
      .unreadable(
        name: "a PostgreSQL dump in custom format",
        advice:
          "make a plain one with pg_restore --data-only --file=plain.sql and the name of this file, or with pg_dump --format=plain"
      )
    ),
    (
      Array("Obj\u{1}".utf8),
      .unreadable(name: "an Avro file", advice: "convert it to CSV or to one JSON object a line")
    ),
    (Array("ORC".utf8), .unreadable(name: "an ORC file", advice: "convert it to CSV")),
    (
      [0xD0, 0xCF, 0x11, 0xE0],
      .unreadable(name: "an old Excel or Access file", advice: "save its sheet as CSV (UTF-8)")
    ),
    (Array("%PDF".utf8), .unreadable(name: "a PDF document", advice: "export the data as CSV")),
  ]

  /// The format of a text that is not a table of fields between separators.
  private static func textFormat(_ start: Bytes) -> FileFormat? {
    let text = start.drop { isSpace($0) || byteOrderMark.contains($0) }
    switch text.first {
    case UInt8(ascii: "{"):
      let rest = text.dropFirst().drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
      guard rest.first == UInt8(ascii: "\n") else { return .jsonLines }
      if let member = arrayMember(text.dropFirst()) { return wrapped(in: [member]) }
      return .unreadable(
        name: "JSON whose objects have several lines", advice: "write each object on a line: jq -c .")
    case UInt8(ascii: "["):
      return .unreadable(name: "a JSON array", advice: "write one object on each line: jq -c '.[]'")
    case UInt8(ascii: "<"):
      return .unreadable(name: "HTML or XML", advice: "export the data as CSV or as one JSON object a line")
    default: break
    }
    if hasAccessLogLine(start) { return .accessLog }
    if ["#Version:", "#Fields:", "#Software:", "#Date:"].contains(where: { text.starts(with: $0.utf8) }) {
      return .unreadable(
        name: "a log in W3C extended format", advice: "convert it to CSV, or write the log in combined form")
    }
    return nil
  }

  /// JSON in which an array, the member of an object, has the events; the names in its path are plain.
  static func wrapped(in path: [String]) -> FileFormat {
    let name = path.joined(separator: ".")
    return .unreadable(
      name: "one JSON object whose array \(name) has the rows",
      advice: "write each element on a line: jq -c '.\(name)[]'")
  }

  /// The name of the first member of an object, after its brace, if it is an array of objects and has a plain name.
  private static func arrayMember(_ text: Slice<Bytes>) -> String? {
    var rest = text.drop(while: isSpace)
    func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest = rest.dropFirst().drop(while: isSpace)
      return true
    }
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    let name = rest.dropFirst().prefix {
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || $0 == UInt8(ascii: "_")
    }
    rest = rest[name.endIndex...]
    guard !name.isEmpty, take(UInt8(ascii: "\"")), take(UInt8(ascii: ":")), take(UInt8(ascii: "[")),
      rest.first == UInt8(ascii: "{")
    else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  /// Whether one of the first lines is a line of an access log.
  private static func hasAccessLogLine(_ start: Bytes) -> Bool {
    start.split(separator: UInt8(ascii: "\n"), maxSplits: 5).prefix(5).contains { line in
      do throws(RowDefect) { _ = try AccessLogLine(Bytes(rebasing: line)) } catch { return false }
      return true
    }
  }

  /// UTF-8's byte order mark.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte >= 0x09 && byte <= 0x0D
  }
}

/// A way in which a whole file is compressed; the raw value is the program that decompresses it.
enum Compression: String {
  case gzip
  case zstandard = "zstd"
  case xz, bzip2

  var program: String { rawValue }
}
