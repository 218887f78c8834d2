// How a partition is written down, and made again.

extension Partition {
  /// The partition as it is written down.
  public var sections: [StoredSection] {
    [
      StoredSection("month", Column([Int64(months.lowerBound), Int64(months.upperBound)])),
      StoredSection("blocks", Column(blocks.flatMap(\.numbers))),
      StoredSection("shared_visits", Column(sharedVisits.numbers)),
      StoredSection("sessions", sessionStarts),
      StoredSection("visits", visits),
      StoredSection("event_type", types),
      StoredSection("paid_ads", paidAds),
    ] + times.sections + properties.sections + (origins?.sections ?? [])
      + TextColumn.allCases.map { StoredSection($0.columnName, self[$0]) }
  }

  /// The partition whose sections these are; nil where they do not fit together, or where what is read now,
  /// which is all but the columns, is not as it was written.
  public convenience init?(_ sections: StoredSections) {
    guard let months = sections.numbers("month"), months.count == 2, months[0] <= months[1],
      let blocks = sections.numbers("blocks").flatMap({ Block.blocks($0) }),
      let sharedVisits = sections.numbers("shared_visits").flatMap({ SharedVisits(numbers: $0) }),
      let columns = Columns(sections, blocks)
    else { return nil }
    self.init(
      months: Int(months[0])...Int(months[1]), blocks: blocks, sharedVisits: sharedVisits, columns: columns)
  }
}

extension Partition.Columns {
  /// Nil where a section is missing, or is of another length than the blocks say.
  fileprivate init?(_ sections: StoredSections, _ blocks: [Block]) {
    guard let last = blocks.last,
      let sessionStarts = sections.column("sessions", of: UInt32.self, count: last.sessions.upperBound + 1),
      let times = TimeColumn(sections, count: last.rows.upperBound),
      let properties = PropertyColumns(sections)
    else { return nil }
    let rowCount = last.rows.upperBound
    self.sessionStarts = sections.checked(["sessions"], sessionStarts) { Block.sessionStarts(blocks) }
    self.times = sections.checked(TimeColumn.sectionNames, times) { TimeColumn(earliestOf: blocks) }
    self.properties = sections.checked(PropertyColumns.sectionNames, properties) { PropertyColumns.none }

    let origins = Origins(sections, rowCount: rowCount, sessionCount: last.sessions.upperBound)
    self.origins = sections.checked(Origins.sectionNames, origins) { nil }

    func codes(_ name: String) -> Checked<CodeColumn>? {
      sections.codes(name, count: rowCount).map { sections.checked([name], $0) { .zeros(rowCount) } }
    }
    func bytes(_ name: String) -> Checked<Column<UInt8>>? {
      sections.column(name, of: UInt8.self, count: rowCount).map {
        sections.checked([name], $0) { Column(count: rowCount) { $0.initialize(repeating: 0) } }
      }
    }
    let texts = TextColumn.allCases.compactMap { codes($0.columnName) }
    guard let visits = codes("visits"), let types = bytes("event_type"), let paidAds = bytes("paid_ads"),
      texts.count == TextColumn.allCases.count
    else { return nil }
    self.visits = visits
    self.types = types
    self.paidAds = paidAds
    self.texts = texts
  }
}

extension StoredSections {
  /// `value`, which is made of the sections `names`, to be looked at when it is first asked for.
  func checked<Value>(
    _ names: [String], _ value: Value, _ substitute: @escaping @Sendable () -> Value
  ) -> Checked<Value> {
    let checks = names.compactMap { self[$0]?.isIntact }
    guard !checks.isEmpty else { return Checked(value) }
    return Checked(value, isIntact: { checks.allSatisfy { $0() } }, substitute: substitute)
  }
}

extension CodeColumn {
  fileprivate static func zeros(_ count: Int) -> CodeColumn {
    CodeColumn(count: count, largest: 0) { _ in 0 }
  }
}

extension Block {
  /// What stands of a block in the section `blocks`; the rest follows from the block before.
  fileprivate var numbers: [Int64] {
    [Int64(sessions.upperBound), Int64(rows.upperBound), times.lowerBound, times.upperBound]
  }

  /// Nil where the numbers are not those of blocks.
  fileprivate static func blocks(_ numbers: [Int64]) -> [Block]? {
    guard numbers.count.isMultiple(of: 4) else { return nil }
    var blocks: [Block] = []
    for start in stride(from: 0, to: numbers.count, by: 4) {
      let (session, row) = (blocks.last?.sessions.upperBound ?? 0, blocks.last?.rows.upperBound ?? 0)
      guard let sessionEnd = Int(exactly: numbers[start]), let rowEnd = Int(exactly: numbers[start + 1]),
        session < sessionEnd, sessionEnd - session <= rowEnd - row, numbers[start + 2] <= numbers[start + 3]
      else { return nil }
      blocks.append(
        Block(
          sessions: session..<sessionEnd, rows: row..<rowEnd, times: numbers[start + 2]...numbers[start + 3]))
    }
    return blocks
  }

  /// Starts of sessions that fit `blocks`: a row for each, and for the last of a block the rest of its rows.
  fileprivate static func sessionStarts(_ blocks: [Block]) -> Column<UInt32> {
    let starts = blocks.flatMap { block in
      block.sessions.indices.map { UInt32(block.rows.lowerBound + $0 - block.sessions.lowerBound) }
    }
    return Column(starts + [UInt32(blocks.last?.rows.upperBound ?? 0)])
  }
}

extension TimeColumn {
  /// Times that fit `blocks`: the earliest of its block for every row.
  fileprivate init(earliestOf blocks: [Block]) {
    let times = blocks.flatMap { repeatElement($0.times.lowerBound, count: $0.rows.count) }
    self.init(count: times.count) { times[$0] }
  }
}
