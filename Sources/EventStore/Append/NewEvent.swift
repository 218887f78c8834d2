/// An event that is to be appended, as a row of a CSV file would have it: texts under the names of columns.
public struct NewEvent: Equatable, Sendable {
  /// A value that the event has, under the name of a column of `website_event`, or as a full `url` or
  /// `referrer`, from which the columns are taken that the event does not name itself.
  public struct Field: Equatable, Sendable {
    public let column: String
    public let text: String

    public init(_ column: String, _ text: String) { (self.column, self.text) = (column, text) }
  }

  /// A property, which becomes a row of `event_data`.
  public struct Property: Equatable, Sendable {
    /// Umami's numbers for what a value is, `data_type`.
    public enum Kind: Int, Sendable {
      case text = 1
      case number, boolean, date, array
    }

    public let key: String
    public let text: String
    public let kind: Kind

    /// - Parameter text: of a number its decimal.
    public init(_ key: String, _ text: String, _ kind: Kind) {
      (self.key, self.text, self.kind) = (key, text, kind)
    }
  }

  /// Each column at most once; needed are `event_id`, `session_id` and `created_at`.
  public var fields: [Field]
  public var properties: [Property]
  /// What was found wrong when it was made, for which it is rejected.
  public var defect: RowDefect?

  public init(_ fields: [Field], properties: [Property] = []) {
    (self.fields, self.properties) = (fields, properties)
  }

  /// What the event has under the name `column`.
  public subscript(column: String) -> String? { fields.first { $0.column == column }?.text }
}

/// What became of events that were to be appended.
public struct AppendOutcome: Equatable, Sendable {
  /// Why an event was not taken.
  public struct Rejection: Equatable, Sendable {
    /// Its place among the events.
    public let index: Int
    public let defect: RowDefect

    public init(index: Int, defect: RowDefect) { (self.index, self.defect) = (index, defect) }
  }

  public var added = 0
  /// Events whose `event_id` the store had already; they are as they were.
  public var known = 0
  public var rejections: [Rejection] = []

  public init() {}
}
