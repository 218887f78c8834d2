import Engine

/// The slots of the columns of `website_event` among a file's fields (see ``RowFields``).
struct EventLayout {
  let columnCount: Int
  /// By index in `EventField.allCases`.
  let slots: [Int]
  let textSlots: [(column: TextColumn, slot: Int)]
  /// In the order in which networks are checked.
  let clickIDSlots: [(network: PaidAd, slot: Int)]
  /// The column of a full address from which other columns are derived; nil if there is none.
  let url: Int?
  let referrer: Int?
  /// Whether a column that is empty in a row is derived from its addresses, because not all rows have the same
  /// columns.
  var derivesEmptyColumns = false

  /// The fields that are derived from addresses if a file has no column for them, in the order of their slots
  /// after the file's own.
  static let derivedFields: [EventField] = [
    .hostname, .urlPath, .urlQuery, .utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm, .gclid,
    .fbclid, .msclkid, .ttclid, .liFatID, .twclid, .referrerDomain, .referrerPath, .referrerQuery,
  ]

  /// Throws `missingColumns` if the file cannot be read as events.
  init(_ header: ColumnNames) throws(StoreError) {
    let missing = [EventField.sessionID, .createdAt].filter { header.column($0.names) == nil }
    guard missing.isEmpty else { throw header.missing(missing.map(\.rawValue), of: "events") }
    let columnCount = header.names.count
    let emptySlot = columnCount + Self.derivedFields.count
    let slots = EventField.allCases.map { field in
      header.column(field.names)
        ?? Self.derivedFields.firstIndex(of: field).map { columnCount + $0 } ?? emptySlot
    }
    self.columnCount = columnCount
    self.slots = slots
    func slot(named name: String) -> Int {
      EventField.allCases.firstIndex { $0.rawValue == name }.map { slots[$0] } ?? emptySlot
    }
    textSlots = TextColumn.allCases.map { ($0, slot(named: $0.columnName)) }
    clickIDSlots = PaidAd.networks.map { ($0, slot(named: $0.columnName)) }
    url = header.column(ColumnMap.url)
    referrer = header.column(ColumnMap.referrer)
  }

  func slot(_ field: EventField) -> Int {
    // Never nil: `allCases` contains every field.
    EventField.allCases.firstIndex(of: field).map { slots[$0] } ?? 0
  }

  /// The slot for the value of `field` that is derived from an address.
  func derivedSlot(_ field: EventField) -> Int {
    columnCount + (Self.derivedFields.firstIndex(of: field) ?? 0)
  }

  func makeFields() -> RowFields {
    RowFields(columnCount: columnCount, derivedCount: Self.derivedFields.count)
  }
}

/// The slots of the columns of `event_data` among a file's fields.
struct PropertyLayout {
  let columnCount: Int
  /// By index in `PropertyField.allCases`.
  let slots: [Int]

  /// Whether a file with this header contains event data: only event data has property keys.
  static func matches(_ header: ColumnNames) -> Bool { header.column(PropertyField.dataKey.names) != nil }

  /// Throws `missingColumns` if the file cannot be read as event data.
  init(_ header: ColumnNames) throws(StoreError) {
    let missing = [PropertyField.eventID, .dataKey].filter { header.column($0.names) == nil }
    guard missing.isEmpty else { throw header.missing(missing.map(\.rawValue), of: "event data") }
    columnCount = header.names.count
    let emptySlot = header.names.count
    slots = PropertyField.allCases.map { header.column($0.names) ?? emptySlot }
  }

  func slot(_ field: PropertyField) -> Int {
    PropertyField.allCases.firstIndex(of: field).map { slots[$0] } ?? columnCount
  }

  func makeFields() -> RowFields { RowFields(columnCount: columnCount) }
}
