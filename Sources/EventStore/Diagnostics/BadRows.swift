public import Calendar
import Engine

/// Receives one line of text for the user; the command line writes it to stderr.
public typealias Diagnostics = (_ line: String) -> Void

/// Counts bad rows, reports the first ones, and stops at the first one if reading is strict.
final class BadRows {
  /// How many bad rows are reported individually; the rest are only counted.
  static let reportedLimit = 10

  private(set) var count = 0
  /// The first bad rows, as they are reported.
  private(set) var first: [String] = []
  private let isStrict: Bool
  private let diagnostics: Diagnostics
  /// Called for every bad row whose defect is known.
  private let observe: (BadRow) -> Void

  init(isStrict: Bool, diagnostics: @escaping Diagnostics) {
    self.isStrict = isStrict
    self.diagnostics = diagnostics
    observe = { _ in }
  }

  /// Passes every bad row to `observe`, and reports none.
  init(observing observe: @escaping (BadRow) -> Void) {
    isStrict = false
    diagnostics = { _ in }
    self.observe = observe
  }

  func add(_ row: BadRow) throws(StoreError) {
    if isStrict { throw .badRow(row) }
    observe(row)
    if count < Self.reportedLimit { report("\(row)") }
    count += 1
  }

  /// Whether the next bad row will be reported, not only counted.
  var reportsNext: Bool { isStrict || count < Self.reportedLimit }

  /// Counts bad rows about which only their number is known, because they exceed the reported limit.
  func add(unreported count: Int) { self.count += count }

  /// Adds the count and the reported lines of another `BadRows`.
  func add(_ lines: [String], count: Int) {
    for (number, line) in lines.enumerated() where self.count + number < Self.reportedLimit {
      report(line)
    }
    self.count += count
  }

  private func report(_ line: String) {
    first.append(line)
    diagnostics(line)
  }

  /// Reports how many rows of a file do not count, and why.
  func report(_ leftOut: LeftOutRows, path: String) { leftOut.lines(path: path).forEach(diagnostics) }

  /// Reports the total if some bad rows were not reported individually.
  func finish() {
    let rest = count - Self.reportedLimit
    if rest > 0 { diagnostics("skipped \(rest) more bad rows, \(count) in total") }
  }
}

/// A skipped row and its defect.
public struct BadRow: Equatable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// Where it is in the file.
  public let place: Place
  /// What is wrong with it.
  public let defect: RowDefect

  /// The position of a row in its file.
  public enum Place: Equatable, Sendable {
    /// The line, from 1, on which a row of a file begins.
    case line(Int)
    /// The rowid in a table of an SQLite file.
    case row(table: String, id: Int64)
  }

  public var description: String {
    switch place {
    case .line(let line): "\(path), line \(line): \(defect)"
    case .row(let table, let id): "\(path), \(table) row \(id): \(defect)"
    }
  }
}

/// What is wrong with a row.
public enum RowDefect: Error, Equatable, Sendable, CustomStringConvertible {
  /// A row with more or fewer fields than the header.
  case fieldCount(found: Int, expected: Int)
  /// Characters between a closing quote and the next separator.
  case textAfterQuote
  /// Bytes that are not UTF-8.
  case notUTF8
  /// A NUL, at which some programs end a text.
  case nulByte
  /// A line that is not in the form of its file; `found` is nil at the end of the line, and `offset` counts its bytes
  /// from 0.
  case unexpected(expected: String, found: UInt8?, offset: Int)
  /// Arrays and objects in one another.
  case nestedTooDeep(maximum: Int)
  /// A field with more bytes than its limit.
  case longField(maximumBytes: Int)
  /// A row with more bytes than its limit.
  case longRow(maximumBytes: Int)
  /// In an SQL dump; columns count from 1.
  case notALiteral(column: Int)
  /// A required value is empty.
  case missing(column: String)
  /// A value that is not a date and time.
  case notAnInstant(column: String, value: String, reason: InstantError)
  /// A value that is not a decimal number, or is too large to be stored.
  case notANumber(column: String, value: String)
  /// A value that is not a type of event.
  case notAType(column: String, value: String)
  /// A property's key includes the names of all enclosing objects; `key` is its beginning.
  case keyTooLong(key: String, maximumBytes: Int)
  /// The total length of all keys of one event, or of all events of one request.
  case keysTooLong(of: String, maximumBytes: Int)

  public var description: String {
    switch self {
    case .fieldCount(let found, let expected):
      "the row has \(found) field\(found == 1 ? "" : "s"), the header has \(expected)"
    case .textAfterQuote: "text after a closing quote; double each quote inside a quoted field"
    case .notUTF8: "the row is not UTF-8; if the file is Latin-1 or Windows-1252, use --encoding latin1"
    case .nulByte: "the row contains a NUL byte"
    case .unexpected(let expected, let found, let offset):
      "expected \(expected), found \(Self.described(found)) at byte \(offset) of the line"
    case .nestedTooDeep(let maximum): "more than \(maximum) arrays and objects are in one another; nest less"
    case .longField(let maximum): "a field has more than \(maximum) bytes"
    case .longRow(let maximum): "the row has more than \(maximum) bytes"
    case .notALiteral(let column): "value \(column) of the row is an expression; only literals are read"
    case .missing(let column): "\(column) is empty"
    case .notAnInstant(let column, let value, let reason):
      "\(column) is \(value), which is not a valid time: \(reason); \(reason.adviceForFiles)"
    case .notANumber(let column, let value): "\(column) is \(value), which is not a number in range"
    case .notAType(let column, let value):
      "\(column) is \(value), which is not an event type; use 1 or page for a pageview, 2 or event for a custom "
        + "event; --map \(column)=none ignores the column"
    case .keyTooLong(var key, let maximum):
      "property key \(key.withUTF8(shown)) has more than \(maximum) bytes, "
        + "including the names of the objects around it; shorten the names or nest less"
    case .keysTooLong(let whole, let maximum):
      "the property keys of \(whole) have more than \(maximum) bytes together, "
        + "including the names of the objects around them; shorten the names or nest less"
    }
  }
}

extension RowDefect {
  private static func described(_ byte: UInt8?) -> String {
    guard let byte else { return "the end of the line" }
    if 0x20..<0x7F ~= byte { return "'\(Character(Unicode.Scalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "the byte 0x\(byte < 16 ? "0" : "")\(digits)"
  }
}

/// A value as a message shows it: quoted, short, and on one line.
func shown(_ value: Bytes) -> String {
  let limit = 60
  let text = String(decoding: value.prefix(limit), as: UTF8.self)
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar.value < 0x20 || scalar.value == 0x7F {
      quoted += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + (value.count > limit ? "…\"" : "\"")
}
