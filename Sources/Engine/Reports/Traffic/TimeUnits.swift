import Calendar

/// The calendar units of a range, in order.
struct TimeUnits: Sendable {
  /// With more units than this, those that have events are found one by one.
  static let maximumListed = 100_000

  fileprivate enum Source {
    /// The first instant of each unit.
    case listed([Int64])
    /// Too many to list.
    case unlisted
  }

  fileprivate let source: Source
  fileprivate let unit: CalendarUnit
  fileprivate let weekStart: WeekStart
  fileprivate let rules: TimeZoneRules

  /// Lists the units that can have events in a range.
  init(
    _ unit: CalendarUnit, weekStart: WeekStart, in rules: TimeZoneRules, of range: InstantRange,
    events: ClosedRange<Int64>?
  ) {
    (self.unit, self.weekStart, self.rules) = (unit, weekStart, rules)
    guard let events, range.overlaps(events) else {
      source = .listed([])
      return
    }
    let (first, last) = (max(range.start, events.lowerBound), min(range.end, events.upperBound))
    let starts = Self.starts(unit, weekStart, rules, from: first, through: last)
    source = starts.map { .listed($0) } ?? .unlisted
  }

  /// Returns the first instants of all units from the one of `first` to the one of `last`; nil if there are too
  /// many.
  static func starts(
    _ unit: CalendarUnit, _ weekStart: WeekStart, _ rules: TimeZoneRules, from first: Int64,
    through last: Int64
  ) -> [Int64]? {
    var starts: [Int64] = []
    var instant = first
    while instant <= last {
      if starts.count == maximumListed { return nil }
      let bounds = rules.bounds(of: unit, weekStart: weekStart, containing: instant)
      starts.append(bounds.start)
      instant = bounds.end
    }
    return starts
  }
}

/// Assigns the rows of blocks to units. One is reused from block to block.
struct RowUnits: Sendable {
  /// Nil if units are not listed.
  private let starts: [Int64]?
  private let ends: [Int64]
  private var found: UnitNumbering
  private var tables = UnitTables()

  init(_ units: TimeUnits) {
    found = UnitNumbering(units.unit, weekStart: units.weekStart, in: units.rules)
    if case .listed(let starts) = units.source {
      self.starts = starts
      ends = starts.dropFirst() + [.max]
    } else {
      (starts, ends) = (nil, [])
    }
  }

  var count: Int { starts?.count ?? found.starts.count }

  func start(of number: Int) -> Int64 { starts?[number] ?? found.starts[number] }

  /// The table of the units of a partition's times; nil if units are not listed.
  mutating func listedUnits(of partition: Partition) -> UnitTable? {
    starts == nil ? nil : tables.table(of: partition, ends)
  }

  /// Writes the unit's number of each row of `order` to `numbers`.
  mutating func copy(_ block: BlockRows, _ order: VisitOrder, to numbers: inout [UInt32]) {
    extend(&numbers, to: max(order.count, 1), with: 0)
    if starts == nil {
      for index in 0..<order.count {
        numbers[index] = UInt32(found.number(containing: block.time(Int(order.rows[index]))))
      }
      return
    }
    let table = tables.table(of: block.partition, ends)
    switch block.partition.times.offsets {
    case .four(let column): copy(column.span.extracting(block.block.rows), order, table, to: &numbers)
    case .eight(let column): copy(column.span.extracting(block.block.rows), order, table, to: &numbers)
    }
  }

  private func copy<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ order: VisitOrder, _ table: UnitTable, to numbers: inout [UInt32]
  ) {
    let rows = order.rows.span
    for index in 0..<order.count {
      let offset = UInt64(truncatingIfNeeded: offsets[Int(rows[index])])
      numbers[index] = UInt32(truncatingIfNeeded: table.unit(of: offset))
    }
  }

  /// Returns the number here of each unit of another thread.
  mutating func numbers(of other: RowUnits) -> [Int] {
    if let starts { return Array(starts.indices) }
    return other.found.starts.map { found.number(startingAt: $0) }
  }
}
