import Threads

/// The rows that all builders have ingested, in input order: batch after batch.
struct StagedRows {
  let builders: [ColumnsBuilder]
  let runs: [Run]
  let eventCount: Int
  let propertyCount: Int

  /// The rows of one batch of the input. One builder has ingested them.
  struct Run {
    let builder: Int
    let events: Range<Int>
    let properties: Range<Int>
    /// See `ColumnsBuilder.Batch`.
    let websiteRows: [(website: UInt32, count: Int)]
  }

  init(_ builders: consuming [ColumnsBuilder], batches: [Int]) {
    var runOfBatch: [Int: Run] = [:]
    for (number, builder) in builders.enumerated() {
      for (index, batch) in builder.batches.enumerated() {
        let next = index + 1 < builder.batches.count ? builder.batches[index + 1] : nil
        runOfBatch[batch.number] = Run(
          builder: number, events: batch.firstEvent..<(next?.firstEvent ?? builder.eventIDs.count),
          properties: batch.firstProperty..<(next?.firstProperty ?? builder.properties.count),
          websiteRows: batch.websiteRows)
      }
    }
    runs = batches.compactMap { runOfBatch[$0] }
    precondition(runs.count == batches.count, "a batch that no builder has had")
    eventCount = runs.reduce(0) { $0 + $1.events.count }
    propertyCount = runs.reduce(0) { $0 + $1.properties.count }
    precondition(eventCount < Int(UInt32.max), "over 4 billion events")
    self.builders = builders
  }

  /// Deduplicates the rows, and joins properties and events. Returns nil once `isCancelled` returns true.
  func deduplicated(threads: Int, isCancelled: () -> Bool) -> DeduplicatedRows? {
    if isCancelled() { return nil }
    var properties = StagedProperties(self)
    if isCancelled() { return nil }
    let deduplication = Deduplication(
      self, propertyKeys: properties.keys, threads: threads, isCancelled: isCancelled)
    if isCancelled() { return nil }
    let locations = StagedWebsite.all(self, deduplication: deduplication, isCancelled: isCancelled)
    if isCancelled() { return nil }
    let (byWebsite, orphans, orphanAmounts) = properties.join(
      deduplication, locations, isCancelled: isCancelled)
    if isCancelled() { return nil }
    return DeduplicatedRows(
      websites: locations.websites, properties: byWebsite, propertyKeys: properties.keyDictionary,
      propertyStrings: properties.stringDictionary, orphanProperties: orphans, orphanAmounts: orphanAmounts,
      repeated: deduplication.repeated(in: runs))
  }
}

/// The events of each website in input order, and their properties.
struct DeduplicatedRows {
  let websites: [StagedWebsite]
  /// By website.
  let properties: [[StagedProperty]]
  let propertyKeys: TextDictionary
  let propertyStrings: TextDictionary
  let orphanProperties: Int
  let orphanAmounts: Int
  let repeated: RepeatedRows

  /// Returns the properties of a website, with dictionaries that contain only their texts.
  private func propertiesOfWebsite(_ index: Int) -> WebsiteProperties {
    if websites[index].hasMeasurements {
      return WebsiteProperties(rows: websites[index].vitals(), keys: WebVitals.keys, strings: .empty)
    }
    if websites.count == 1 {
      return WebsiteProperties(rows: properties[index], keys: propertyKeys, strings: propertyStrings)
    }
    var (keys, strings) = (DictionarySubset(propertyKeys), DictionarySubset(propertyStrings))
    let rows = properties[index].map { row in
      StagedProperty(
        event: row.event, key: keys.code(of: row.key), string: strings.code(of: row.string),
        number: row.number, type: row.type)
    }
    return WebsiteProperties(rows: rows, keys: keys.dictionary, strings: strings.dictionary)
  }

  /// Assembles large websites one after another, each on all threads, then the others in parallel. Returns
  /// nil once `isCancelled` returns true.
  func columns(
    threads: Int, keeping periods: (String) -> PartitionMonths, isCancelled: () -> Bool
  ) -> ColumnSet? {
    func columns(_ index: Int) -> WebsiteColumns? {
      let (website, periods) = (websites[index], periods(websites[index].id))
      return WebsiteAssembly(website, threads: threads).columns(
        propertiesOfWebsite(index), keeping: website.hasMeasurements ? periods.measurements : periods.events,
        isCancelled: isCancelled)
    }
    let isLarge = websites.map { $0.count >= WebsiteAssembly.parallelRowThreshold }
    let large = websites.indices.filter { isLarge[$0] }
    var finished = large.map(columns)
    let others = websites.indices.filter { !isLarge[$0] }
    finished += concurrentMap(others.count, threads: threads) { columns(others[$0]) }
    if isCancelled() { return nil }
    var (events, measurements): ([WebsiteColumns], [[UInt8]: WebsiteColumns]) = ([], [:])
    for (index, columns) in zip(large + others, finished) {
      guard let columns else { continue }
      if websites[index].hasMeasurements {
        measurements[Array(columns.id.utf8)] = columns
      } else {
        events.append(columns)
      }
    }
    if !measurements.isEmpty {
      events = events.map { $0.with(measurements: measurements[Array($0.id.utf8)]) }
    }
    return ColumnSet(
      websites: events.sorted { precedes($0.id, $1.id) }, orphanProperties: orphanProperties,
      orphanAmounts: orphanAmounts)
  }
}

/// The ids of source rows, sessions and visits.
struct StagedIdentities {
  /// In input order; nil if rows have no ids, or ids too large for the columns.
  private let rowIDs: [Int64]?
  private let sessions: DenseIDs
  private let visits: DenseIDs
  private let order: SessionOrder

  /// - Parameter rowIDs: In input order; empty if rows have no ids.
  init(rowIDs: [Int64], sessions: DenseIDs, visits: DenseIDs, order: SessionOrder) {
    let areUsable =
      rowIDs.count == order.inputIndices.count && rowIDs.allSatisfy { UInt32(exactly: $0) != nil }
    self.rowIDs = areUsable ? rowIDs : nil
    self.sessions = sessions
    self.visits = visits
    self.order = order
  }

  /// The id in the store of each row of a partition; nil if rows have none.
  func sourceRowIDs(of period: SessionOrder.PartitionExtent) -> CodeColumn? {
    rowIDs.map { rowIDs in
      CodeColumn(narrowing: order.inputIndices[order.rows(of: period)].map { UInt32(rowIDs[Int($0)]) })
    }
  }

  func identities(of period: SessionOrder.PartitionExtent, ordinals: VisitOrdinals) -> SessionIdentities {
    var sessionHashes: [UInt64] = []
    var visitHashes: [UInt64] = []
    var visitSessions: [UInt32] = []
    var visitOrdinals: [UInt32] = []
    for (number, session) in period.sessions.enumerated() {
      let rows = order.starts[session]..<order.starts[session + 1]
      sessionHashes.append(sessions.keys[Int(sessions.numbers[Int(order.inputIndices[rows.lowerBound])])])
      var known = -1
      for row in rows where Int(ordinals.ordinals[row]) > known {
        known = Int(ordinals.ordinals[row])
        let visit = visits.numbers[Int(order.inputIndices[row])]
        guard visit != 0 else { continue }
        visitHashes.append(visits.keys[Int(visit) - 1])
        visitSessions.append(UInt32(number))
        visitOrdinals.append(UInt32(known))
      }
    }
    return SessionIdentities(
      sessionHashes: Column(sessionHashes), visitHashes: Column(visitHashes),
      visitSessions: Column(visitSessions), visitOrdinals: CodeColumn(narrowing: visitOrdinals))
  }
}
