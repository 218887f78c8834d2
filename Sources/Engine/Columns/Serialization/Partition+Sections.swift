// Serializes a partition, and builds it from sections.

import Calendar

extension Partition {
  /// The serialized partition.
  public var sections: [StoredSection] {
    [
      StoredSection("month", Column([Int64(months.lowerBound), Int64(months.upperBound)])),
      StoredSection("blocks", Column(blocks.flatMap(\.numbers))),
      StoredSection("shared_visits", Column(sharedVisits.numbers)),
      StoredSection("sessions", sessionStarts),
      StoredSection("visits", visits),
      StoredSection("event_type", types),
      StoredSection("click_ids", clickIDs),
    ] + times.sections + properties.sections + identities.sections
      + (sourceRowIDs.map { [StoredSection("row_id", $0)] } ?? [])
      + (inputOrder.map { [StoredSection("arrivals", $0)] } ?? [])
      + TextColumn.allCases.map { StoredSection($0.columnName, self[$0]) }
  }

  /// Builds a partition from its sections. Fails if they are inconsistent, or if a section that is read now,
  /// which is every section except the columns, is corrupt.
  ///
  /// Columns are verified on first use: whatever a file contains, kernels meet only numbers within the bounds
  /// on which they rely.
  convenience init?(_ sections: StoredSections, _ sizes: DictionarySizes) {
    guard let numbers = sections.numbers("month", atMost: 2), let months = Self.months(numbers),
      let blocks = sections.numbers("blocks", atMost: Block.maximumNumberCount).flatMap({ Block.blocks($0) }),
      let last = blocks.last, let earliest = blocks.map(\.times.lowerBound).min(),
      months.contains(Self.month(earliest)),
      let sharedVisits = sections.numbers(
        "shared_visits", atMost: min(3 * last.rows.upperBound, SharedVisits.maximumNumberCount)
      )
      .flatMap({ SharedVisits(numbers: $0, sessionCount: last.sessions.upperBound) }),
      let columns = Columns(
        sections, blocks, earliest: earliest, hasSharedVisits: !sharedVisits.isEmpty, sizes)
    else { return nil }
    self.init(months: months, blocks: blocks, sharedVisits: sharedVisits, columns: columns)
  }

  /// Returns nil unless the numbers are the first and the last of a range of months.
  private static func months(_ numbers: [Int64]) -> ClosedRange<Int>? {
    guard numbers.count == 2, let first = Int(exactly: numbers[0]), let last = Int(exactly: numbers[1]),
      month(writableInstants.lowerBound) <= first, first <= last, last <= month(writableInstants.upperBound)
    else { return nil }
    return first...last
  }

  private static func month(_ milliseconds: Int64) -> Int {
    SessionRank(first: milliseconds, last: milliseconds).month
  }
}

extension Partition.Columns {
  /// Fails if a section is missing, or if its length does not fit the blocks.
  fileprivate init?(
    _ sections: StoredSections, _ blocks: [Block], earliest: Int64, hasSharedVisits: Bool,
    _ sizes: DictionarySizes
  ) {
    guard let last = blocks.last,
      let sessionStarts = sections.column("sessions", of: UInt32.self, count: last.sessions.upperBound + 1),
      let times = TimeColumn(sections, count: last.rows.upperBound, earliest: earliest),
      let properties = PropertyColumns(sections)
    else { return nil }
    let (rowCount, sessionCount) = (last.rows.upperBound, last.sessions.upperBound)

    let starts = sections.checked(["sessions"], sessionStarts) { sections in
      sections.check("sessions") { $0.hasSessionStarts(blocks, sessionStarts) }
    } _: {
      Block.sessionStarts(blocks)
    }
    self.sessionStarts = starts
    self.times = sections.checked(TimeColumn.sectionNames, times) { sections in
      sections.check("created_at") { times.areSound($0, blocks, starts.current) }
    } _: {
      TimeColumn(earliestOf: blocks)
    }
    self.properties = sections.checked(PropertyColumns.sectionNames, properties) { sections in
      PropertyColumns.areSound(sections, rowCount: rowCount, sizes)
    } _: {
      PropertyColumns.none
    }

    guard let identities = SessionIdentities(sections, sessionCount: sessionCount) else { return nil }
    self.identities = sections.checked(SessionIdentities.sectionNames, identities) { sections in
      SessionIdentities.areSound(sections, sessionCount: sessionCount)
    } _: {
      SessionIdentities(unknownSessions: sessionCount)
    }
    let sourceRowIDs = sections.codes("row_id", count: rowCount)
    if sourceRowIDs == nil, sections["row_id"] != nil { return nil }
    self.sourceRowIDs = sections.checked(["row_id"], sourceRowIDs) { sections in
      sections.check("row_id") { $0.isAsWritten() }
    } _: {
      nil
    }

    if hasSharedVisits {
      guard let inputOrder = sections.column("arrivals", of: UInt32.self, count: rowCount) else { return nil }
      self.inputOrder = sections.checked(["arrivals"], Optional(inputOrder)) { sections in
        sections.check("arrivals") { $0.isAsWritten() }
      } _: {
        Column(count: rowCount) { $0.initialize(repeating: 0) }
      }
    } else {
      inputOrder = LazilyVerified(nil)
    }

    func codes(_ name: String, isSound: @escaping @Sendable (StoredSection) -> Bool) -> LazilyVerified<
      CodeColumn
    >? {
      sections.codes(name, count: rowCount).map { codes in
        sections.checked([name], codes) {
          $0.check(name, isSound)
        } _: {
          .zeros(rowCount)
        }
      }
    }
    func bytes(_ name: String, below limit: Int) -> LazilyVerified<Column<UInt8>>? {
      sections.column(name, of: UInt8.self, count: rowCount).map { column in
        sections.checked([name], column) { sections in
          sections.check(name) { $0.hasCodes(below: limit) }
        } _: {
          Column(count: rowCount) { $0.initialize(repeating: 0) }
        }
      }
    }
    let texts = TextColumn.allCases.compactMap { column in
      codes(column.columnName) { $0.hasCodes(below: sizes.texts[column.rawValue]) }
    }
    guard let visits = codes("visits", isSound: { $0.hasVisits(starts.current) }),
      let types = bytes("event_type", below: .max),
      let clickIDs = bytes("click_ids", below: ClickIDs.limit), texts.count == TextColumn.allCases.count
    else { return nil }
    self.visits = visits
    self.types = types
    self.clickIDs = clickIDs
    self.texts = texts
  }
}

/// The number of codes in each dictionary of a website.
struct DictionarySizes: Sendable {
  /// By `TextColumn`.
  let texts: [Int]
  let propertyKeys: Int
  let propertyStrings: Int
}

extension CodeColumn {
  fileprivate static func zeros(_ count: Int) -> CodeColumn {
    CodeColumn(count: count, largest: 0) { _ in 0 }
  }
}

extension Block {
  /// Row numbers have 32 bits, and a block has at least one row.
  private static let maximumRows = Int(UInt32.max)
  /// The maximum length of the section `blocks`: far more blocks than rows are divided into.
  fileprivate static let maximumNumberCount = 1 << 24

  /// The numbers of a block in the section `blocks`; the others follow from the previous block.
  fileprivate var numbers: [Int64] {
    [Int64(sessions.upperBound), Int64(rows.upperBound), times.lowerBound, times.upperBound]
  }

  /// Returns nil if the numbers do not describe blocks.
  fileprivate static func blocks(_ numbers: [Int64]) -> [Block]? {
    guard numbers.count.isMultiple(of: 4) else { return nil }
    var blocks: [Block] = []
    for start in stride(from: 0, to: numbers.count, by: 4) {
      let (session, row) = (blocks.last?.sessions.upperBound ?? 0, blocks.last?.rows.upperBound ?? 0)
      guard let sessionEnd = Int(exactly: numbers[start]), let rowEnd = Int(exactly: numbers[start + 1]),
        row < rowEnd, rowEnd <= maximumRows, session < sessionEnd, sessionEnd <= maximumRows,
        sessionEnd - session <= rowEnd - row, writableInstants ~= numbers[start + 2],
        writableInstants ~= numbers[start + 3], numbers[start + 2] <= numbers[start + 3]
      else { return nil }
      blocks.append(
        Block(
          sessions: session..<sessionEnd, rows: row..<rowEnd, times: numbers[start + 2]...numbers[start + 3]))
    }
    return blocks
  }

  /// Returns session starts that are consistent with `blocks`: one row for each session, and all remaining
  /// rows for the last session of a block.
  fileprivate static func sessionStarts(_ blocks: [Block]) -> Column<UInt32> {
    let starts = blocks.flatMap { block in
      block.sessions.indices.map { UInt32(block.rows.lowerBound + $0 - block.sessions.lowerBound) }
    }
    return Column(starts + [UInt32(blocks.last?.rows.upperBound ?? 0)])
  }
}

extension TimeColumn {
  /// Creates times that are consistent with `blocks`: the earliest of its block for every row.
  fileprivate init(earliestOf blocks: [Block]) {
    let times = blocks.flatMap { repeatElement($0.times.lowerBound, count: $0.rows.count) }
    self.init(count: times.count) { times[$0] }
  }
}
