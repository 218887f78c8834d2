import Engine
import Testing

@testable import EventStore

/// Files in other encodings than UTF-8, or with other line ends.
struct EncodingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let header = "session_id,created_at,page_title\n"

  /// The titles of the events in a file of these bytes, or what is wrong with it.
  private func check(
    _ bytes: [UInt8], _ encoding: TextEncoding?, _ expected: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var rules = ReadingRules()
    rules.encoding = encoding
    let path = try folder.write("rows.csv", bytes)
    var seen: [String]
    do {
      let rows = try SeenRows(csv: [path], rules: rules)
      seen = rows.events.map { $0.texts["page_title"] ?? "" } + rows.diagnostics
    } catch let error as StoreError {
      seen = ["\(error)"]
    }
    seen = seen.map { $0.replacing("\(folder.path)/", with: "") }
    #expect(seen == expected, sourceLocation: sourceLocation)
  }

  private func check(
    _ bytes: [UInt8], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try check(bytes, nil, expected, sourceLocation: sourceLocation)
  }

  private func utf16(_ text: String, isBigEndian: Bool, mark: Bool = true) -> [UInt8] {
    let units: [UInt16] = (mark ? [0xFEFF] : []) + Array(text.utf16)
    return units.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return isBigEndian ? [high, low] : [low, high]
    }
  }

  @Test func `UTF-16 is recognised by its byte order mark`() throws {
    let text = Self.header + "s,1500000000,größer 世界 😀\r\ns,1500000001,\u{FFFF}\n"
    for isBigEndian in [false, true] {
      try check(utf16(text, isBigEndian: isBigEndian), ["größer 世界 😀", "\u{FFFF}"])
      try check(utf16(text, isBigEndian: isBigEndian), .utf16, ["größer 世界 😀", "\u{FFFF}"])
    }
    try check(utf16(text, isBigEndian: false, mark: false), .utf16, ["größer 世界 😀", "\u{FFFF}"])
  }

  @Test func `what is not valid UTF-16 is refused with its place`() throws {
    let header = utf16(Self.header, isBigEndian: false)
    let place = "at byte \(header.count); save it as UTF-8"
    try check(
      header + [0, 0xD8, 0x61, 0], ["rows.csv is not valid UTF-16: it has half of a surrogate pair \(place)"])
    try check(header + [0, 0xDC], ["rows.csv is not valid UTF-16: it has half of a surrogate pair \(place)"])
    try check(header + [0, 0xD8], ["rows.csv is not valid UTF-16: it has half of a surrogate pair \(place)"])
    try check(header + [0x61], ["rows.csv is not valid UTF-16: it ends within a character \(place)"])
    try check([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], ["rows.csv is UTF-16 or UTF-32 text; save it as UTF-8"])
  }

  @Test func `UTF-16 without a byte order mark is recognised by 8 characters that are ASCII`() throws {
    let text = Self.header + "s,1500000000,größer\n"
    for isBigEndian in [false, true] {
      let bytes = utf16(text, isBigEndian: isBigEndian, mark: false)
      try check(bytes, ["größer"])
      try check(bytes, .utf16, ["größer"])
      try check(bytes + [0], ["rows.csv \(Self.nulByte)"])
      let seven = utf16("a,\n1,2\n", isBigEndian: isBigEndian, mark: false)
      #expect(seven.count == 14)
      try check(seven, ["rows.csv \(Self.nulByte)"])
      let foreign = utf16("ü" + text, isBigEndian: isBigEndian, mark: false)
      try check(foreign, ["rows.csv \(Self.nulByte)"])
    }
  }

  private static let nulByte =
    "is neither an SQLite file nor CSV: in its first line, the row contains a NUL byte; if it is UTF-16 without a byte "
    + "order mark, use --encoding utf-16"

  @Test func `Latin-1 is read as windows-1252`() throws {
    let bytes = Array((Self.header + "s,1500000000,").utf8) + [0x80, 0x81, 0x9F, 0xA0, 0xE4, 0xFF]
    try check(bytes, .latin1, ["€\u{81}Ÿ\u{A0}äÿ"])
    try check(
      bytes,
      [
        "rows.csv, line 2: the row is not UTF-8; if the file is Latin-1 or Windows-1252, use --encoding latin1"
      ])
  }

  @Test func `lines may end with a carriage return alone`() throws {
    try check(
      Array((Self.header + "s,1500000000,x\ns,1500000001,y\n").replacing("\n", with: "\r").utf8), ["x", "y"])
    try check(Array((Self.header + "s,1500000000,x\ry\n").utf8), ["x\ry"])
    try check(utf16((Self.header + "s,1500000000,x\n").replacing("\n", with: "\r"), isBigEndian: true), ["x"])
  }
}
