/// UTF-8 bytes that somebody else owns: a field of a row that is being read. They live until the
/// reader goes on to its next row.
public typealias Bytes = UnsafeBufferPointer<UInt8>

/// One row of `website_event` on its way into the columns: the fields that reports need, as slices of
/// the reader's buffer. A reader keeps one of these, fills it anew for every row and hands it to
/// ``ColumnsBuilder/append(_:)``.
///
/// An empty slice is a missing value. A missing `visitID` is derived while columns are built (30
/// minutes without an event start a new visit); an event with a missing `eventID` is always new.
public struct EventRow {
  public var websiteID = Bytes(start: nil, count: 0)
  public var sessionID = Bytes(start: nil, count: 0)
  public var visitID = Bytes(start: nil, count: 0)
  public var eventID = Bytes(start: nil, count: 0)
  public var createdAtMilliseconds: Int64 = 0
  /// The row's id in a store whose columns are brought up to date when rows change; 0 elsewhere.
  public var rowID: Int64 = 0
  /// 1 for a pageview, 2 for a custom event, 5 for a performance measurement, which no report sees; other values are
  /// kept and are neither.
  public var eventType: UInt8 = 1
  public var paidAd = PaidAd.none
  /// By `TextColumn`. In the row itself and inlinable, since readers in another module set all of them for
  /// every row.
  @usableFromInline var texts: InlineArray<21, Bytes>

  public init() {
    texts = InlineArray(repeating: Bytes(start: nil, count: 0))
    precondition(texts.count == TextColumn.allCases.count)
  }

  @inlinable
  public subscript(column: TextColumn) -> Bytes {
    get { texts[column.rawValue] }
    set { texts[column.rawValue] = newValue }
  }
}

/// One row of `event_data` on its way into the columns: a property of the event `eventID`.
public struct PropertyRow {
  public var eventID = Bytes(start: nil, count: 0)
  public var key = Bytes(start: nil, count: 0)
  public var string = Bytes(start: nil, count: 0)
  /// `number_value` in ten-thousandths, exact; nil where it is missing.
  public var numberTenThousandths: Int64?

  public init() {}
}
