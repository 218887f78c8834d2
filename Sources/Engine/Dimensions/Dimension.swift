/// A value of an event, or of its visit, by which events are grouped.
public enum Dimension: Sendable, Hashable {
  case column(TextColumn)
  /// The path and, after a question mark, the query of the page, if there is one.
  case fullPath
  /// A value of the event's visit in range, before filters.
  case visit(VisitValue)
  /// The path of the first of those events of the visit that are counted.
  case firstPath
  /// The path of the last of those events of the visit that are counted.
  case lastPath
  /// The text of the event's property with this key.
  case property(String)
  /// `pageview`, `event`, `link` or `pixel`, else the empty text.
  case type
}
