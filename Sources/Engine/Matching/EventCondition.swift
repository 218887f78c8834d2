/// A condition on events: a tree whose leaves test an event, its properties, its visit or its visitor. Defined in
/// `Sources/Engine/Reports/README.md`, section "Filters".
public indirect enum EventCondition: Sendable {
  /// A text column. A condition on `referrer_domain` never holds for a self-referral.
  case column(Filter)
  /// A path or an event name that matches a pattern.
  case pattern(TextColumn, WildcardPattern)
  /// The text of the property with this key; empty if the event has none.
  case property(key: String, TextCondition)
  /// The number of the property with this key; fails if the event has none.
  case propertyNumber(key: String, NumberCondition)
  /// `pageview`, `event`, `link` or `pixel`, else the empty text.
  case type(TextCondition)
  /// `event_type` itself.
  case eventType(UInt8)
  /// A value of the event's visit.
  case visit(VisitValue, TextCondition)
  /// The id of the event's visitor (`session_id`) or visit (`visit_id`).
  case identifier(EventGroup, IdentifierCondition)
  /// Not a self-referral: the referrer is not the event's own hostname.
  case isNoSelfReferral
  /// The visit of the event's session has several pageviews in range.
  case hasSeveralPageviews
  /// Holds if all do; an empty list holds.
  case all([EventCondition])
  /// Holds if one does; an empty list does not.
  case any([EventCondition])
  case not(EventCondition)
  case did(EventCount)

  /// Holds for every event.
  public static let every = EventCondition.all([])
}

/// A value of a visit. Defined in `Sources/Engine/Reports/README.md`, section "Values of a visit".
public enum VisitValue: Sendable, Hashable {
  /// The `url_path` of the first or the last pageview.
  case entry, exit
  case channel
  /// The column's value at the first event.
  case column(TextColumn)
  /// The type of the first event: `pageview`, `event`, `link` or `pixel`, else the empty text.
  case type
}

/// Events that belong together.
public enum EventGroup: Sendable {
  /// Those of one session.
  case visitor
  case visit
}

/// How many events of the event's visitor, or of its visit, meet a condition. They are counted before any other filter.
public struct EventCount: Sendable {
  public var group: EventGroup
  public var condition: EventCondition
  public var least: Int
  /// Nil if there is no upper bound.
  public var most: Int?
  /// Nil: the range of the report.
  public var range: InstantRange?

  public init(
    of group: EventGroup, _ condition: EventCondition, least: Int, most: Int? = nil,
    range: InstantRange? = nil
  ) {
    (self.group, self.condition, self.least, self.most, self.range) = (group, condition, least, most, range)
  }
}

/// A condition on an id: whether it is one of several. Ids are compared by their hashes, which columns have in place of
/// the ids.
public struct IdentifierCondition: Sendable {
  package let ids: [String]
  let hashes: Set<UInt64>
  package let isNegated: Bool

  /// - Parameter ids: The ids to compare with.
  /// - Parameter isNegated: Whether the condition holds for all other ids instead.
  public init(_ ids: [String], isNegated: Bool) {
    self.ids = ids
    hashes = Set(
      ids.map { id in
        var id = id
        return id.withUTF8 { identityHash($0) }
      })
    self.isNegated = isNegated
  }
}

/// A comparison of a number with a bound, exact however many decimals the bound has.
public struct NumberCondition: Sendable {
  public enum Operator: String, CaseIterable, Sendable {
    case isGreater = "gt"
    case isGreaterOrEqual = "gte"
    case isLess = "lt"
    case isLessOrEqual = "lte"
  }

  /// The numbers that meet the condition, in ten-thousandths; empty if none can.
  package let numbers: Range<Int128>

  /// - Parameter bound: The bound in ten-thousandths, rounded down.
  /// - Parameter isExact: Whether the bound was not rounded.
  public init(_ comparison: Operator, tenThousandths bound: Int128, isExact: Bool) {
    let (least, end) = (Int128(Int64.min), Int128(Int64.max) + 1)
    // Beyond 64 bits, all bounds mean the same.
    let next = min(max(bound, least - 1), end - 1) + 1
    let above = isExact ? min(max(bound, least), end) : next
    numbers =
      switch comparison {
      case .isGreater: next..<end
      case .isGreaterOrEqual: above..<end
      case .isLess: least..<above
      case .isLessOrEqual: least..<next
      }
  }

  public func holds(_ tenThousandths: Int64) -> Bool { numbers.contains(Int128(tenThousandths)) }
}

extension EventCondition {
  /// Whether the columns and ids of one row decide it. Only such conditions can select measurements, which are not among
  /// the events of a visit and have no properties.
  public var isAboutOneRow: Bool {
    switch self {
    case .column, .pattern, .type, .eventType, .identifier, .isNoSelfReferral: true
    case .property, .propertyNumber, .visit, .hasSeveralPageviews, .did: false
    case .all(let conditions), .any(let conditions): conditions.allSatisfy(\.isAboutOneRow)
    case .not(let condition): condition.isAboutOneRow
    }
  }
}
