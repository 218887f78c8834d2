/// An event to append, in the form of a CSV row: texts by column name.
public struct NewEvent: Equatable, Sendable {
  /// A value of the event under the name of a column of `website_event`, or a full `url` or `referrer`.
  /// Columns that the event does not supply itself are derived from these addresses.
  public struct Field: Equatable, Sendable {
    /// The name of the column.
    public let column: String
    /// The value, as in a CSV row.
    public let text: String

    public init(_ column: String, _ text: String) { (self.column, self.text) = (column, text) }
  }

  /// A property, which becomes a row of `event_data`.
  public struct Property: Equatable, Sendable {
    /// Umami's codes for the type of a value, `data_type`.
    public enum Kind: Int, Sendable {
      case text = 1
      case number, boolean, date, array
    }

    /// `data_key`: the names of the enclosing objects, joined by periods.
    public let key: String
    /// The value; of a number its decimal notation.
    public let text: String
    /// The type of the value.
    public let kind: Kind

    public init(_ key: String, _ text: String, _ kind: Kind) {
      (self.key, self.text, self.kind) = (key, text, kind)
    }
  }

  /// Each column at most once. `event_id`, `session_id` and `created_at` are required.
  public var fields: [Field]
  /// The rows of `event_data`; keys may repeat.
  public var properties: [Property]
  /// A defect found when the event was created, for which it is rejected.
  public var defect: RowDefect?

  public init(_ fields: [Field], properties: [Property] = []) {
    (self.fields, self.properties) = (fields, properties)
  }

  /// The event's value for `column`.
  public subscript(column: String) -> String? { fields.first { $0.column == column }?.text }
}

/// The result of appending events.
public struct AppendOutcome: Equatable, Sendable {
  /// Why an event was rejected.
  public struct Rejection: Equatable, Sendable {
    /// Its index among the events.
    public let index: Int
    /// What is wrong with it.
    public let defect: RowDefect

    public init(index: Int, defect: RowDefect) { (self.index, self.defect) = (index, defect) }
  }

  /// Events that were written.
  public var added = 0
  /// Events whose `event_id` the store already had; the stored events stay unchanged.
  public var known = 0
  /// The events that were not written, by index.
  public var rejections: [Rejection] = []

  public init() {}
}
