/// How many rows of one kind could be read.
struct RowCounts: Equatable {
  var good = 0
  var bad = 0

  static func + (a: RowCounts, b: RowCounts) -> RowCounts {
    RowCounts(good: a.good + b.good, bad: a.bad + b.bad)
  }
}

/// Data of which most rows are bad, so that reports on the rest would mislead.
public struct UnreadableRows: Equatable, Sendable, CustomStringConvertible {
  /// How many of ``rows`` are bad.
  public let badRows: Int
  /// All rows of events and properties, without those that are in order and do not count, such as bots.
  public let rows: Int
  /// The first bad rows, each with its file, its line and what is wrong.
  public let first: [String]
  /// How many events an import had added when it turned out; they stay.
  public internal(set) var addedEvents = 0
  /// How many properties it had added.
  public internal(set) var addedProperties = 0

  init(badRows: Int, rows: Int, first: [String]) {
    (self.badRows, self.rows, self.first) = (badRows, rows, first)
  }

  public var description: String {
    let count =
      switch rows {
      case 1: "the only row is bad"
      case badRows: "all \(rows) rows are bad"
      default: "\(badRows) of \(rows) rows are bad"
      }
    return "\(count)\(first.first.map { "; the first is \($0)" } ?? ""); "
      + "footfall inspect shows what each column is read as, and why rows are bad\(added)"
  }

  private var added: String {
    guard addedEvents + addedProperties > 0 else { return "" }
    return "; the good rows were added nevertheless: \(addedEvents) new events, "
      + "\(addedProperties) new properties"
  }
}

extension BadRows {
  /// Throws `unreadable` if more than half of all rows are bad, or all rows of events.
  func checkShareOfBadRows(events: RowCounts, properties: RowCounts) throws(StoreError) {
    let all = events + properties
    let found = events.good == 0 && events.bad > 0 ? events : all
    guard found.bad > found.good else { return }
    throw .unreadable(UnreadableRows(badRows: found.bad, rows: found.good + found.bad, first: first))
  }
}
