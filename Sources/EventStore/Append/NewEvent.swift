/// An event to append, in the form of a CSV row: texts by column name.
public struct NewEvent: Equatable, Sendable {
  /// A value of the event under the name of a column of `website_event`, or a full `url` or `referrer`.
  /// Columns that the event does not supply itself are derived from these addresses.
  public struct Field: Equatable, Sendable {
    public let column: String
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

    public let key: String
    public let text: String
    public let kind: Kind

    /// - Parameter text: the decimal notation of a number.
    public init(_ key: String, _ text: String, _ kind: Kind) {
      (self.key, self.text, self.kind) = (key, text, kind)
    }
  }

  /// Each column at most once. `event_id`, `session_id` and `created_at` are required.
  public var fields: [Field]
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
    public let defect: RowDefect

    public init(index: Int, defect: RowDefect) { (self.index, self.defect) = (index, defect) }
  }

  public var added = 0
  /// Events whose `event_id` the store already had; the stored events stay unchanged.
  public var known = 0
  public var rejections: [Rejection] = []

  public init() {}
}
