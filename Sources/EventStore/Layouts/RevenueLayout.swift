import Calendar
import Engine

/// The columns of Umami's table `revenue`: the amount of an event. The raw value is the name.
enum RevenueField: String, CaseIterable {
  case websiteID = "website_id"
  case sessionID = "session_id"
  case eventID = "event_id"
  case eventName = "event_name"
  case currency, revenue
  case createdAt = "created_at"
}

/// The slots of the columns of `revenue` among a table's fields.
struct RevenueLayout {
  let columnCount: Int
  /// By index in `RevenueField.allCases`.
  let slots: [Int]

  /// Nil if the table cannot be read as amounts, because it does not say of which event or how much.
  init?(_ header: ColumnNames) throws(StoreError) {
    for field in [RevenueField.eventID, .revenue] where try header.column(field.rawValue) == nil {
      return nil
    }
    columnCount = header.names.count
    let emptySlot = header.names.count
    var slots: [Int] = []
    for field in RevenueField.allCases { slots.append(try header.column(field.rawValue) ?? emptySlot) }
    self.slots = slots
  }

  func slot(_ field: RevenueField) -> Int {
    RevenueField.allCases.firstIndex(of: field).map { slots[$0] } ?? columnCount
  }

  /// What the columns are read as, with the columns' indexes.
  var targets: [(String, Int)] {
    zip(RevenueField.allCases, slots).filter { $1 < columnCount }.map { ($0.rawValue, $1) }
  }

  func makeFields() -> RowFields { RowFields(columnCount: columnCount) }
}

/// Decodes the fields of a row of `revenue` as the amount of an event.
struct RevenueDecoder {
  /// The amount of the last decoded row (see ``PropertyRow/ofAmount``); its texts are valid as long as that row.
  private(set) var row = PropertyRow.ofAmount
  private(set) var createdAtMilliseconds: Int64?
  private let times: TimestampParser
  private let eventID, currency, revenue, createdAt: Int

  init(_ layout: RevenueLayout, _ rules: ReadingRules) {
    times = TimestampParser(rules.times)
    eventID = layout.slot(.eventID)
    currency = layout.slot(.currency)
    revenue = layout.slot(.revenue)
    createdAt = layout.slot(.createdAt)
  }

  /// Fills `row`; returns the fields' defect, or nil.
  mutating func decode(_ fields: RowFields) -> RowDefect? {
    guard !fields[eventID].isEmpty else { return .missing(column: RevenueField.eventID.rawValue) }
    guard !fields[revenue].isEmpty else { return .missing(column: RevenueField.revenue.rawValue) }
    guard let amount = parseTenThousandths(fields[revenue]) else {
      return .notANumber(column: RevenueField.revenue.rawValue, value: shown(fields[revenue]))
    }
    let time = fields[createdAt]
    do throws(InstantError) {
      createdAtMilliseconds = time.isEmpty ? nil : try times.milliseconds(time)
    } catch {
      return .notAnInstant(column: RevenueField.createdAt.rawValue, value: shown(time), reason: error)
    }
    row.eventID = fields[eventID]
    row.numberTenThousandths = amount
    row.string = fields[currency]
    return nil
  }
}
