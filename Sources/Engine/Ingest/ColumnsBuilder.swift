/// Turns rows into columns.
///
/// Texts and ids become codes and dense numbers as rows arrive; ``finish(_:parts:threads:)`` then brings the
/// rows into their order. Several builders may take rows at the same time, each on a thread of its own: what
/// they have to read is divided into parts, and the order of the parts is the order of arrival, whichever
/// builder took which. The columns are the same however many builders there were.
public struct ColumnsBuilder {
  private(set) var websites: [WebsiteRows] = []
  private var websiteNumbers = IdentifierTable()
  /// The id of each event, `none` where it has none, and the number of its website, `invisible` where no report
  /// sees the event.
  private(set) var eventIDs: [UUIDBits] = []
  private(set) var eventWebsites = PagedCodes()
  /// The event ids that are no UUIDs, those of properties included.
  private(set) var eventTexts = TextInterner()
  private(set) var properties = PropertyRows()
  private(set) var parts: [Part] = []

  /// The rows from one call of ``begin(part:)`` to the next.
  struct Part {
    let number: Int
    let firstEvent: Int
    let firstProperty: Int
    /// How many events the builder had of each website that has some in the part, when it began.
    fileprivate(set) var websiteRows: [(website: UInt32, count: Int)] = []
  }

  /// Marks the website of an event that no report sees. Such an event counts all the same where it is about rows: what
  /// repeats its id is left out, properties of it are no orphans, and its website is known.
  static let invisible: UInt32 = 1 << 31

  public init() { begin(part: 0) }

  /// The rows that come now are those of `part`, a number that no builder has had yet. A new builder begins
  /// with part 0.
  public mutating func begin(part: Int) {
    parts.append(Part(number: part, firstEvent: eventIDs.count, firstProperty: properties.count))
  }

  /// How many events and properties it has taken.
  public var rowCount: Int { eventIDs.count + properties.count }

  /// Adds an event. Where there is one with this id already, the first of them stays.
  public mutating func append(_ row: EventRow) {
    let website = websiteNumbers.number(of: row.websiteID).number
    if website == websites.count {
      websites.append(WebsiteRows(id: String(decoding: row.websiteID, as: UTF8.self)))
    }
    eventIDs.append(row.eventID.isEmpty ? .none : identifier(row.eventID))
    if row.eventType == EventType.performance {
      return eventWebsites.append(website | Self.invisible)
    }
    eventWebsites.append(website)
    let rows = websites[Int(website)]
    if rows.latestPart != parts.count {
      parts[parts.count - 1].websiteRows.append((website, rows.rowCount))
      rows.latestPart = parts.count
    }
    rows.append(row)
  }

  /// Adds a property; its event may come before or after it. Where the event has one with this key already,
  /// the first of them stays.
  public mutating func append(_ property: PropertyRow) {
    properties.append(property, event: identifier(property.eventID))
  }

  private mutating func identifier(_ text: Bytes) -> UUIDBits {
    UUIDBits(canonical: text) ?? UUIDBits(text: eventTexts.code(of: text))
  }
}
