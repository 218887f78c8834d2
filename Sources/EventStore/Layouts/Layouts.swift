import Engine

/// The slots of the columns of `website_event` among a file's fields (see ``RowFields``).
struct EventLayout {
  let columnCount: Int
  /// By index in `EventField.allCases`.
  let slots: [Int]
  let textSlots: [(column: TextColumn, slot: Int)]
  /// In the order in which networks are checked.
  let clickIDSlots: [(network: AdNetwork, slot: Int)]
  /// Only those of which the table has a column.
  let vitalSlots: [(vital: WebVital, slot: Int)]
  /// The column of a full address from which other columns are derived; nil if there is none.
  let url: Int?
  let referrer: Int?
  /// Whether a column that is empty in a row is derived from its addresses, because not all rows have the same
  /// columns.
  var derivesEmptyColumns = false
  /// The columns of date and time that make up `created_at`; nil if one column has both.
  let joinedTime: JoinedColumns?

  /// The fields that are derived from addresses if a file has no column for them, in the order of their slots
  /// after the file's own.
  static let derivedFields: [EventField] = [
    .hostname, .urlPath, .urlQuery, .utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm, .gclid,
    .fbclid, .msclkid, .ttclid, .liFatID, .twclid, .referrerDomain, .referrerPath, .referrerQuery,
  ]

  /// The columns of the table `session` that are joined, by their indexes in it, and the slots of their values.
  let joined: [(column: Int, slot: Int)]
  /// The columns whose values are properties, and their keys.
  let propertyColumns: [(key: String, slot: Int)]
  /// The properties of events that have one of ``propertyColumns``.
  let propertyTexts: [(key: String, text: String)]
  let types: EventTypeRule
  /// Whether a visit's id is unique only within its session, so that it is paired with the session's.
  let qualifiesVisitIDs: Bool

  /// Whether rows may get values in other slots than those of their columns.
  var computesFields: Bool {
    url != nil || referrer != nil || joinedTime != nil || !joined.isEmpty || namesEventsByType
  }
  /// Whether a word in the column of the type is the name of an event, because there is no column of names.
  private let namesEventsByType: Bool

  /// The fields that rows may get other values for than their columns have, after the derived ones.
  private static let computedFields =
    derivedFields + SessionFields.all.filter { !derivedFields.contains($0) }
    + [.eventName, .createdAt]

  /// The layout of a table with these columns.
  ///
  /// - Parameters:
  ///   - sessionFields: the columns of the table `session`, from which missing values come.
  ///   - pageviewNames: the event names of pageviews; nil for the usual ones, if the table is not Umami's, because `--map`
  ///     names some of its columns, and events have no type.
  ///
  /// Throws `missingColumns` if the table cannot be read as events.
  init(
    _ header: ColumnNames, sessionFields: [EventField] = [], pageviewNames: [String]? = nil
  ) throws(StoreError) {
    joinedTime = try header.joinedColumns(EventField.createdAt.rawValue)
    var missing: [EventField] = []
    for field in [EventField.sessionID, .createdAt] where try header.column(field.names) == nil {
      if field != .createdAt || joinedTime == nil { missing.append(field) }
    }
    guard missing.isEmpty else { throw header.missing(missing.map(\.rawValue), of: "events") }
    let columnCount = header.names.count
    let emptySlot = columnCount + Self.computedFields.count
    url = try header.column(ColumnMap.url)
    referrer = try header.column(ColumnMap.referrer)
    var slots: [Int] = []
    var joined: [(column: Int, slot: Int)] = []
    for field in EventField.allCases {
      let computed = Self.computedFields.firstIndex(of: field).map { columnCount + $0 }
      let column = field == .createdAt && joinedTime != nil ? nil : try header.column(field.names)
      slots.append(column ?? computed ?? emptySlot)
      let isDerived = url != nil && field == .hostname
      if let computed, column == nil, !isDerived, let index = sessionFields.firstIndex(of: field) {
        joined.append((index, computed))
      }
    }
    self.columnCount = columnCount
    self.slots = slots
    self.joined = joined
    var propertyColumns: [(key: String, slot: Int)] = []
    for key in header.map.propertyColumns {
      if let column = try header.column(ColumnMap.property(key)) { propertyColumns.append((key, column)) }
    }
    self.propertyColumns = propertyColumns
    propertyTexts = header.map.propertyTexts
    let type = try header.column(EventField.eventType.names)
    let usesCommonNames = type == nil && header.hasMappedColumns
    types = EventTypeRule(
      pageviewNames: pageviewNames ?? (usesCommonNames ? EventTypeRule.commonPageviewNames : []))
    let name = try header.column(EventField.eventName.names)
    namesEventsByType = type != nil && name == nil
    qualifiesVisitIDs = header.isMapped(EventField.visitID.rawValue)
    func slot(named name: String) -> Int {
      EventField.allCases.firstIndex { $0.rawValue == name }.map { slots[$0] } ?? emptySlot
    }
    textSlots = TextColumn.allCases.map { ($0, slot(named: $0.columnName)) }
    clickIDSlots = AdNetwork.networks.map { ($0, slot(named: $0.columnName)) }
    vitalSlots = WebVital.allCases.map { ($0, slot(named: $0.name)) }.filter { $0.slot < columnCount }
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
    RowFields(columnCount: columnCount, derivedCount: Self.computedFields.count)
  }
}

/// Two columns whose texts, with a space between them, are one value.
struct JoinedColumns: Equatable {
  let first: Int
  let second: Int

  /// Returns the text of a row, which is valid until the next one; empty if either column is.
  func text(_ fields: RowFields) -> Bytes {
    let (first, second) = (fields[first], fields[second])
    guard !first.isEmpty, !second.isEmpty else { return Bytes(start: nil, count: 0) }
    return fields.keep(first, second, separator: UInt8(ascii: " "))
  }
}

/// The slots of the columns of `event_data` among a file's fields.
struct PropertyLayout {
  let columnCount: Int
  /// By index in `PropertyField.allCases`.
  let slots: [Int]

  /// Throws `missingColumns` if the file cannot be read as event data.
  init(_ header: ColumnNames) throws(StoreError) {
    var missing: [PropertyField] = []
    for field in [PropertyField.eventID, .dataKey] where try header.column(field.names) == nil {
      missing.append(field)
    }
    guard missing.isEmpty else { throw header.missing(missing.map(\.rawValue), of: "event data") }
    columnCount = header.names.count
    let emptySlot = header.names.count
    var slots: [Int] = []
    for field in PropertyField.allCases { slots.append(try header.column(field.names) ?? emptySlot) }
    self.slots = slots
  }

  func slot(_ field: PropertyField) -> Int {
    PropertyField.allCases.firstIndex(of: field).map { slots[$0] } ?? columnCount
  }

  func makeFields() -> RowFields { RowFields(columnCount: columnCount) }
}
