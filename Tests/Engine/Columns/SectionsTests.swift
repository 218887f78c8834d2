import Calendar
import Testing

@testable import Engine

/// What is written down of columns is what comes back.
@Suite struct SectionsTests {
  /// All that a partition says, by name.
  private func contents(_ partition: Partition) -> [String: [Int64]] {
    let (rows, properties) = (0..<partition.rowCount, partition.properties)
    let sessions = 0..<(partition.sessionStarts.count - 1)
    var contents: [String: [Int64]] = [
      "month": [Int64(partition.month)],
      "blocks": partition.blocks.flatMap { block in
        [
          block.sessions.lowerBound, block.sessions.upperBound, block.rows.lowerBound, block.rows.upperBound,
        ].map(Int64.init) + [block.times.lowerBound, block.times.upperBound]
      },
      "sessions": (0..<partition.sessionStarts.count).map { Int64(partition.sessionStarts[$0]) },
      "shared visits": sessions.flatMap { session in
        (0..<3).map { partition.sharedVisits.number(session: session, ordinal: $0).map(Int64.init) ?? -1 }
      },
      "times": rows.map { partition.times[$0] },
      "unit": [partition.times.unitMilliseconds],
      "visits": rows.map { Int64(partition.visits[$0]) },
      "types": rows.map { Int64(partition.types[$0]) },
      "click ids": rows.map { Int64(partition.clickIDs[$0]) },
      "property rows": (0..<properties.count).map { Int64(properties.rows[$0]) },
      "property keys": (0..<properties.count).map { Int64(properties.keys[$0]) },
      "property strings": (0..<properties.count).map { Int64(properties.strings[$0]) },
      "property numbers": (0..<properties.count).map { properties.numbers[$0] },
      "property types": (0..<properties.count).map { Int64(properties.types[$0]) },
    ]
    if let sourceRowIDs = partition.sourceRowIDs {
      contents["row ids"] = rows.map { Int64(sourceRowIDs[$0]) }
    }
    let identities = partition.identities
    contents["session keys"] = sessions.map { Int64(bitPattern: identities.sessionHashes[$0]) }
    let identified = 0..<identities.visitHashes.count
    contents["visit keys"] = identified.map { Int64(bitPattern: identities.visitHashes[$0]) }
    contents["visit sessions"] = identified.map { Int64(identities.visitSessions[$0]) }
    contents["visit ordinals"] = identified.map { Int64(identities.visitOrdinals[$0]) }
    if let inputOrder = partition.inputOrder { contents["arrivals"] = rows.map { Int64(inputOrder[$0]) } }
    for column in TextColumn.allCases {
      contents[column.columnName] = rows.map { Int64(partition[column][$0]) }
    }
    return contents
  }

  private func check(_ partition: Partition) throws {
    let copies = StoredCopies()
    let stored = try #require(copies.partition(partition.sections))
    #expect(contents(stored) == contents(partition))
    #expect(contents(stored) == contents(partition))
    #expect(copies.lookCounts.values.allSatisfy { $0 == 1 }, "each section is looked at once")
    // A file that is made of a file is the same file.
    #expect(stored.sections.map(\.name) == partition.sections.map(\.name))
    for (a, b) in zip(stored.sections, partition.sections) {
      #expect(a.width == b.width && a.bytes.elementsEqual(b.bytes), "\(a.name)")
    }
  }

  /// Five rows in two sessions, with codes up to `largest` in every column.
  private func partition(
    largest: UInt32, times: [Int64], shared: Bool = false, properties: Int = 3, hasSourceRowIDs: Bool = false
  )
    -> Partition
  {
    func codes(_ count: Int, _ seed: Int) -> CodeColumn {
      CodeColumn(count: count, largest: largest) { UInt32(($0 * 7 + seed) % 5) * (largest / 4) }
    }
    let first = times.min() ?? 0
    let month = SessionRank(first: first, last: first).month
    return Partition(
      months: month...month, sessionStarts: Column([0, 2, 5]),
      times: TimeColumn(count: times.count) { times[$0] },
      visits: CodeColumn(count: 5, largest: largest) { [0, 1, 0, 1, 0][$0] },
      types: Column([1, 2, 0, 255, 1]), clickIDs: Column([0, 1, 2, 3, 63]),
      texts: TextColumn.allCases.map { codes(5, $0.rawValue) },
      properties: PropertyColumns(
        rows: Column((0..<properties).map { UInt32($0 % 5) }.sorted()), keys: codes(properties, 2),
        strings: codes(properties, 3),
        numbers: Column((0..<properties).map { $0 % 2 == 0 ? PropertyColumns.missingNumber : Int64(-$0) }),
        types: Column((0..<properties).map { UInt8($0 % 256) })),
      sharedVisits: SharedVisits(shared ? [(0, 1, 7), (1, 0, 7), (1, .max, 2_147_483_647)] : []),
      inputOrder: shared ? Column([4, 0, 1, .max, 2]) : nil,
      identities: SessionIdentities(
        sessionHashes: Column([.max, 0]), visitHashes: Column([1, .max, 3]),
        visitSessions: Column([0, 0, 1]), visitOrdinals: codes(3, 4)),
      sourceRowIDs: hasSourceRowIDs ? codes(5, 4) : nil)
  }

  @Test(arguments: [0, 255, 256, 65535, 65536, .max] as [UInt32]) func `codes of every width`(
    largest: UInt32
  ) throws {
    try check(partition(largest: largest, times: [0, 1000, 0, 5000, 9000]))
    try check(partition(largest: largest, times: [0, 1000, 0, 5000, 9000], hasSourceRowIDs: true))
  }

  @Test(arguments: [
    [0, 1000, 0, 5000, 9000], [5, 1006, 5, 7, 9], [-5000, 0, 1, 2, 4_294_967_296],
    [writableInstants.lowerBound, 0, 1, 2, writableInstants.upperBound],
  ]) func `times in seconds and milliseconds, of four bytes and eight`(times: [Int64]) throws {
    try check(partition(largest: 4, times: times))
  }

  @Test(arguments: [0, 1, 63, 64, 65]) func `properties, visits that are shared, and neither`(
    properties: Int
  ) throws {
    try check(partition(largest: 4, times: [0, 1, 2, 3, 4], shared: true, properties: properties))
    try check(partition(largest: 4, times: [0, 1, 2, 3, 4], properties: properties))
  }

  @Test func `dictionaries, the empty ones too`() throws {
    let texts = ["", "a", "größer 😀", "e\u{301}", "\u{E9}", String(repeating: "long", count: 1000)]
    let events = texts.enumerated().map { index, text in
      TestEvent.custom(
        "n", Int64(index), session: text, [.urlPath: text, .city: "\(index)"], [.text(text + "k", text + "v")]
      )
    }
    for website in [website(events), website([.page("", 0)])] {
      let stored = try #require(StoredCopies().website(website, website.partitions.map(\.sections)))
      func check(_ dictionary: (WebsiteColumns) -> TextDictionary) {
        let (a, b) = (dictionary(website), dictionary(stored))
        #expect((0..<a.count).map { Array(a[$0].utf8) } == (0..<b.count).map { Array(b[$0].utf8) })
      }
      for column in TextColumn.allCases { check { $0.dictionary(column) } }
      check(\.propertyKeys)
      check(\.propertyStrings)
      #expect(stored.overview == website.overview)
    }
  }

  @Test func `a section that is missing, or of another length or width, is refused`() {
    let sections = partition(largest: 4, times: [0, 1, 2, 3, 4], shared: true).sections
    func refuses(_ sections: [StoredSection]) -> Bool {
      StoredCopies().partition(sections) == nil
    }
    #expect(!refuses(sections))
    for index in sections.indices {
      let section = sections[index]
      var others = sections
      others.remove(at: index)
      #expect(refuses(others), "without \(section.name)")
      func replaced(width: Int, count: Int) -> [StoredSection] {
        var others = sections
        let storage = ColumnStorage(byteCount: width * count)
        storage.base.initializeMemory(as: UInt8.self, repeating: 1, count: width * count)
        others[index] = StoredSection(
          name: section.name, width: width,
          bytes: UnsafeRawBufferPointer(start: storage.base, count: width * count), owner: storage)
        return others
      }
      if section.name != "month" {
        #expect(refuses(replaced(width: section.width, count: section.count + 1)), "longer \(section.name)")
      }
      if section.name != "shared_visits" {
        #expect(refuses(replaced(width: section.width, count: 0)), "empty \(section.name)")
      }
      if section.width == 8 {
        #expect(refuses(replaced(width: 2, count: section.count)), "narrower \(section.name)")
      }
    }
    let website = website([.page("/", 0)])
    let dictionaries = website.dictionarySections
    for index in dictionaries.indices {
      var others = dictionaries
      others.remove(at: index)
      #expect(throws: SectionsError.dictionaries, "without \(dictionaries[index].name)") {
        _ = try WebsiteColumns(
          id: "w", overview: website.overview, partitions: [], dictionaries: StoredCopies().sections(others))
      }
    }
  }

  /// Where they are damaged, no columns are brought up to date; reports do not need them.
  @Test func `without its source row ids a partition cannot be brought up to date`() throws {
    let partition = partition(largest: 4, times: [0, 1, 2, 3, 4], hasSourceRowIDs: true)
    let copies = StoredCopies(damaged: ["row_id"])
    let stored = try #require(copies.partition(partition.sections))
    #expect(!copies.hasNoticed)
    #expect(stored.sourceRowIDs == nil && copies.hasNoticed)
    let others = partition.sections.filter { $0.name != "row_id" }
    #expect(try #require(StoredCopies().partition(others)).sourceRowIDs == nil)
  }

  @Test(arguments: ["session_keys", "visit_keys", "visit_sessions", "visit_ordinals"])
  func `the ids of sessions and visits are needed, and empty where they are damaged`(name: String) throws {
    let partition = partition(largest: 4, times: [0, 1, 2, 3, 4])
    #expect(StoredCopies().partition(partition.sections.filter { $0.name != name }) == nil)
    let copies = StoredCopies(damaged: [name])
    let stored = try #require(copies.partition(partition.sections))
    #expect(!copies.hasNoticed)
    #expect(stored.identities.visitHashes.count == 0 && copies.hasNoticed)
  }

  /// What is read at once is not taken on trust.
  @Test(arguments: ["month", "blocks", "shared_visits", "time_scale"])
  func `a damaged section that is read at once is refused`(name: String) {
    let partition = partition(largest: 4, times: [0, 1, 2, 3, 4], shared: true)
    let copies = StoredCopies(damaged: [name])
    #expect(copies.partition(partition.sections) == nil)
    #expect(copies.hasNoticed)
  }
}
