/// UTF-8 bytes that the reader owns: a field of the row being read. They are valid until the reader advances
/// to its next row.
public typealias Bytes = UnsafeBufferPointer<UInt8>

/// One row of `website_event` to be ingested: the fields that reports need, as slices of the reader's buffer.
/// A reader keeps one of these, fills it again for every row and passes it to ``ColumnsBuilder/append(_:)``.
///
/// An empty slice is a missing value. If `visitID` is missing, the visit is derived while columns are built
/// (30 minutes without an event start a new visit). An event without an `eventID` is never a duplicate.
public struct EventRow {
  /// `website_id`.
  public var websiteID = Bytes(start: nil, count: 0)
  /// `session_id`.
  public var sessionID = Bytes(start: nil, count: 0)
  /// `visit_id`.
  public var visitID = Bytes(start: nil, count: 0)
  /// `event_id`.
  public var eventID = Bytes(start: nil, count: 0)
  /// Since 1970, UTC.
  public var createdAtMilliseconds: Int64 = 0
  /// The row's id in a store whose columns are updated incrementally; 0 otherwise.
  public var rowID: Int64 = 0
  /// 1 for a pageview, 2 for a custom event, 5 for a performance measurement, which only the report of
  /// performance sees. Other values are kept and are neither.
  public var eventType: UInt8 = 1
  /// The networks whose click ids the address has.
  public var clickIDs: ClickIDs = []
  /// What a performance measurement has measured. Only read if the type is 5, so a reader need not fill it otherwise.
  public var vitals = WebVitals()
  /// By `TextColumn`. Inline in the row and inlinable, because readers in another module set all of them for
  /// every row.
  @usableFromInline var texts: InlineArray<21, Bytes>

  public init() {
    texts = InlineArray(repeating: Bytes(start: nil, count: 0))
    precondition(texts.count == TextColumn.allCases.count)
  }

  /// The text of a column.
  @inlinable
  public subscript(column: TextColumn) -> Bytes {
    get { texts[column.rawValue] }
    set { texts[column.rawValue] = newValue }
  }
}

/// One row of `event_data` to be ingested: a property of the event `eventID`.
public struct PropertyRow {
  /// The event that has the property.
  public var eventID = Bytes(start: nil, count: 0)
  /// `data_key`: the names of the enclosing objects, joined by periods.
  public var key = Bytes(start: nil, count: 0)
  /// `string_value`; empty if the property has none.
  public var string = Bytes(start: nil, count: 0)
  /// `number_value` in ten-thousandths, exact; nil if it is missing.
  public var numberTenThousandths: Int64?
  /// `date_value`; only used if there is neither a string nor a number, so a reader need not fill it otherwise.
  public var dateMilliseconds: Int64?
  /// `data_type`: 1 for a text, 2 a number, 3 a boolean, 4 a date, 5 an array.
  public var dataType: UInt8 = 1

  public init() {}

  /// A row of the table `revenue`, without its values: the number is the amount of the event, the string its currency. Its key
  /// is empty, which no row of `event_data` has, so only reports of money read it.
  public static var ofAmount: PropertyRow {
    var row = PropertyRow()
    row.dataType = 2
    return row
  }
}

/// Reads a `data_type`: a number of one digit, also with decimals (`2.0`). Anything else is a text's, 1.
public func dataType(_ text: Bytes) -> UInt8 {
  guard let first = text.first, 0x31...0x39 ~= first, text.count == 1 || text[1] == UInt8(ascii: ".") else {
    return 1
  }
  return first - 0x30
}
