import Calendar
import Engine

/// An event to append. It is valid: its ids are not empty, and no text has a NUL.
public struct NewEvent: Equatable, Sendable {
  /// `event_id`. An event with an id that the store has already is not added.
  public let id: String
  /// `website_id`; nil for the store's default website.
  public var websiteID: String?
  /// `session_id`.
  public let sessionID: String
  /// `created_at`: since 1970, UTC.
  public let createdAtMilliseconds: Int64
  /// `event_type`; if it is nil, an event with a name is a custom event and any other a pageview.
  public let type: UInt8?
  /// The full address of the page. Columns that are not in ``values`` are derived from it.
  public let url: String?
  /// The full address of the previous page. Columns that are not in ``values`` are derived from it.
  public let referrer: String?
  /// The texts of the columns that have no member of their own here.
  public let values: [EventField: String]
  /// Of several with the same key, the first counts.
  public let properties: [EventProperty]

  /// Throws `missing` for an empty id, `nulByte` for a NUL, and `notANumber` for a web vital of a measurement that is none or
  /// does not fit.
  public init(
    id: String, sessionID: String, createdAtMilliseconds: Int64, websiteID: String? = nil, type: UInt8? = nil,
    url: String? = nil, referrer: String? = nil, values: [EventField: String] = [:],
    properties: [EventProperty] = []
  ) throws(RowDefect) {
    for (text, field) in [(id, EventField.eventID), (sessionID, .sessionID)] where text.isEmpty {
      throw .missing(column: field.rawValue)
    }
    for text in [id, sessionID, websiteID, url, referrer] where text?.utf8.contains(0) == true {
      throw .nulByte
    }
    if values.values.contains(where: { $0.utf8.contains(0) }) { throw .nulByte }
    if type == EventType.performance { try Self.checkVitals(values) }
    self.id = id
    self.sessionID = sessionID
    self.createdAtMilliseconds = createdAtMilliseconds
    self.websiteID = websiteID
    self.type = type
    self.url = url
    self.referrer = referrer
    self.values = values
    self.properties = properties
  }

  private static func checkVitals(_ values: [EventField: String]) throws(RowDefect) {
    for vital in WebVital.allCases {
      guard let field = EventField(rawValue: vital.name), var text = values[field], !text.isEmpty else {
        continue
      }
      if text.withUTF8(parseTenThousandths) == nil { throw .notANumber(column: vital.name, value: text) }
    }
  }
}

/// A property of an event, which becomes a row of `event_data`. It is valid: its key is not empty, and no text has a
/// NUL.
public struct EventProperty: Equatable, Sendable {
  /// A value as Umami stores it.
  public enum Value: Equatable, Sendable {
    /// Any text but a date.
    case text(String)
    /// A number with four decimals.
    case number(tenThousandths: Int64)
    /// `true` or `false`.
    case boolean(Bool)
    /// A text that names an instant; since 1970, UTC.
    case date(milliseconds: Int64)
    /// An array as JSON text.
    case array(String)

    /// A date if the text names an instant as ``storedDate(_:)`` says, otherwise the text.
    public init(_ text: String) {
      var copy = text
      self = copy.withUTF8(storedDate).map { .date(milliseconds: $0) } ?? .text(text)
    }
  }

  /// `data_key`: the names of the enclosing objects, joined by periods.
  public let key: String
  /// The value, of which `data_type`, `string_value`, `number_value` and `date_value` are made.
  public let value: Value

  /// Throws `missing` for an empty key and `nulByte` for a NUL.
  public init(_ key: String, _ value: Value) throws(RowDefect) {
    if key.isEmpty { throw .missing(column: PropertyField.dataKey.rawValue) }
    if key.utf8.contains(0) { throw .nulByte }
    switch value {
    case .text(let text), .array(let text): if text.utf8.contains(0) { throw .nulByte }
    case .number, .boolean, .date: break
    }
    (self.key, self.value) = (key, value)
  }
}

/// The result of appending events.
public struct AppendOutcome: Equatable, Sendable {
  /// Events that were written.
  public var added = 0
  /// Events whose `event_id` the store already had; the stored events stay unchanged.
  public var known = 0

  public init() {}
}

extension NewEvent {
  /// The time that a text or number names, as in files: in milliseconds since 1970. Throws `notAnInstant`.
  public static func createdAtMilliseconds(reading text: String) throws(RowDefect) -> Int64 {
    var text = text
    let instant = text.withUTF8 { text in
      Result { () throws(InstantError) in try InstantReader().instant(text).milliseconds }
        .mapError {
          RowDefect.notAnInstant(column: EventField.createdAt.rawValue, value: shown(text), reason: $0)
        }
    }
    return try instant.get()
  }
}
