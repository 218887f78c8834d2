/// Collects the events of one website in order of arrival and brings them into the columns' order.
struct WebsiteBuilder {
  /// Stands for a visit id that was missing.
  static let missingVisit = UInt32.max

  let id: String
  private(set) var sessions: [UInt32] = []
  private(set) var visits: [UInt32] = []
  private(set) var times: [Int64] = []
  private(set) var types: [UInt8] = []
  private(set) var paidAds: [UInt8] = []
  /// By `TextColumn`.
  private(set) var codes: [[UInt32]]
  private var sessionNumbers = IdentifierTable()
  private var visitNumbers = IdentifierTable()
  private var interners: [TextInterner]

  init(id: String) {
    self.id = id
    codes = TextColumn.allCases.map { _ in [] }
    interners = TextColumn.allCases.map { _ in .forDictionary() }
  }

  var rowCount: Int { times.count }
  var sessionCount: Int { sessionNumbers.count }
  var visitCount: Int { visitNumbers.count }

  mutating func append(_ row: EventRow) {
    sessions.append(sessionNumbers.number(of: row.sessionID).number)
    visits.append(row.visitID.isEmpty ? Self.missingVisit : visitNumbers.number(of: row.visitID).number)
    times.append(row.createdAtMilliseconds)
    types.append(row.eventType)
    paidAds.append(row.paidAd.rawValue)
    for column in TextColumn.allCases {
      codes[column.rawValue].append(interners[column.rawValue].code(of: row[column]))
    }
  }

  func finish(properties: [ArrivedProperty], keys: TextDictionary, strings: TextDictionary) -> WebsiteColumns
  {
    let order = SessionOrder(sessions: sessions, times: times, sessionCount: sessionCount)
    let visits = VisitOrdinals(self, order: order)
    let byRow = PropertiesByRow(properties, order: order)
    let partitions = order.months().map { month in
      partition(month, order: order, visits: visits, properties: byRow)
    }
    return WebsiteColumns(
      id: id, partitions: partitions, dictionaries: interners.map { $0.dictionary() }, propertyKeys: keys,
      propertyStrings: strings)
  }

  private func partition(
    _ month: SessionOrder.Month, order: SessionOrder, visits: VisitOrdinals, properties: PropertiesByRow
  ) -> Partition {
    let firstRow = order.starts[month.sessions.lowerBound]
    let rows = firstRow..<order.starts[month.sessions.upperBound]
    /// The arrival number of the event at a row of the partition.
    func arrival(_ row: Int) -> Int { Int(order.arrivals[firstRow + row]) }
    let texts = codes.map { codes in
      let largest = rows.reduce(0) { max($0, codes[Int(order.arrivals[$1])]) }
      return CodeColumn(count: rows.count, largest: largest) { codes[arrival($0)] }
    }
    let ordinals = visits.ordinals[rows]
    return Partition(
      month: month.month,
      sessionStarts: Column(
        order.starts[month.sessions.lowerBound...month.sessions.upperBound].map {
          UInt32($0 - firstRow)
        }),
      times: TimeColumn(count: rows.count) { times[arrival($0)] },
      visits: CodeColumn(count: rows.count, largest: ordinals.max() ?? 0) { ordinals[firstRow + $0] },
      types: Column(rows.indices.map { types[arrival($0 - firstRow)] }),
      paidAds: Column(rows.indices.map { paidAds[arrival($0 - firstRow)] }),
      texts: texts,
      properties: properties.columns(of: rows),
      sharedVisits: visits.shared(in: month.sessions))
  }
}
