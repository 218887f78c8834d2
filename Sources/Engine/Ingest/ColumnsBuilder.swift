/// Ingests rows and turns them into columns.
///
/// While rows are ingested, texts are dictionary-encoded and ids become dense numbers;
/// ``finish(_:batches:threads:)`` then sorts the rows. Several builders may ingest rows at the same time, each
/// on its own thread: the input is divided into batches, and the order of the batches is the input order,
/// whichever builder ingested which. The columns do not depend on the number of builders.
public struct ColumnsBuilder {
  private(set) var websites: [WebsiteRows] = []
  /// By website: its performance measurements, which are kept apart from its events; nil if it has none.
  private(set) var measurements: [WebsiteRows?] = []
  private var websiteNumbers = IdentifierTable()
  /// The id of each event (`none` if it is missing), and the number of its website (marked `measurement` if it
  /// is one).
  private(set) var eventIDs: [IdentifierBits] = []
  private(set) var eventWebsites = PagedCodes()
  /// The event ids that are not UUIDs, including those of properties.
  private(set) var eventTexts = TextInterner()
  private(set) var properties = PropertyRows()
  private(set) var batches: [Batch] = []

  /// The rows from one call of ``begin(batch:)`` to the next.
  struct Batch {
    let number: Int
    let firstEvent: Int
    let firstProperty: Int
    /// For each website with rows in the batch: how many of its events (or of its measurements, if it is marked
    /// `measurement`) the builder had ingested before.
    fileprivate(set) var websiteRows: [(website: UInt32, count: Int)] = []
  }

  /// Marks the website of a performance measurement. Like an event, it can be a duplicate, can have
  /// properties, and makes its website known; reports on events do not see it.
  static let measurement: UInt32 = 1 << 31

  /// Creates a builder without rows.
  public init() { begin(batch: 0) }

  /// Begins `batch`, a number that no builder has had yet: the rows appended next belong to it. A new builder
  /// begins with batch 0.
  public mutating func begin(batch: Int) {
    batches.append(Batch(number: batch, firstEvent: eventIDs.count, firstProperty: properties.count))
  }

  /// The number of events and properties that the builder has ingested.
  public var rowCount: Int { eventIDs.count + properties.count }

  /// Appends an event. If several events have the same id, the first is kept.
  public mutating func append(_ row: EventRow) {
    let website = websiteNumbers.number(of: row.websiteID).number
    if website == websites.count {
      websites.append(WebsiteRows(id: String(decoding: row.websiteID, as: UTF8.self)))
      measurements.append(nil)
    }
    eventIDs.append(row.eventID.isEmpty ? .none : identifier(row.eventID))
    if row.eventType == EventType.performance { return append(measurement: row, website) }
    eventWebsites.append(website)
    let rows = websites[Int(website)]
    noteBatch(of: rows, website)
    rows.append(row)
  }

  private mutating func append(measurement row: EventRow, _ website: UInt32) {
    let rows = measurements[Int(website)] ?? WebsiteRows(id: websites[Int(website)].id)
    measurements[Int(website)] = rows
    let marked = website | Self.measurement
    eventWebsites.append(marked)
    noteBatch(of: rows, marked)
    rows.append(row)
    rows.vitals.append(row.vitals)
  }

  /// Notes how many of `rows` were ingested before the current batch.
  @inline(__always)
  private mutating func noteBatch(of rows: WebsiteRows, _ website: UInt32) {
    if rows.latestBatch == batches.count { return }
    batches[batches.count - 1].websiteRows.append((website, rows.rowCount))
    rows.latestBatch = batches.count
  }

  /// Appends a property; its event may come before or after it. If several properties of an event have the
  /// same key, the first is kept.
  public mutating func append(_ property: PropertyRow) {
    properties.append(property, event: identifier(property.eventID))
  }

  private mutating func identifier(_ text: Bytes) -> IdentifierBits {
    IdentifierBits(canonical: text) ?? IdentifierBits(text: eventTexts.code(of: text))
  }
}
