/// Which events a step, a goal or a conversion is about. Defined in `Sources/Engine/Reports/README.md`, section
/// "Matching".
public enum EventMatcher: Sendable {
  /// Events whose `url_path` matches.
  case path(WildcardPattern)
  /// Events whose `event_name` matches.
  case event(WildcardPattern)
  /// Events that meet a condition. `typed` is the condition in attribution, where a path is that of a pageview, and a
  /// name that of a custom event.
  case condition(EventCondition, typed: EventCondition)

  /// The condition on the events; without regard to their type, unless the step itself names one.
  package var condition: EventCondition {
    switch self {
    case .path(let pattern): .pattern(.urlPath, pattern)
    case .event(let pattern): .pattern(.eventName, pattern)
    case .condition(let condition, _): condition
    }
  }

  /// The condition in attribution: a path is that of a pageview, and a name that of a custom event.
  package var typedCondition: EventCondition {
    switch self {
    case .path(let pattern): .all([.eventType(EventType.pageview), .pattern(.urlPath, pattern)])
    case .event(let pattern): .all([.eventType(EventType.custom), .pattern(.eventName, pattern)])
    case .condition(_, let typed): typed
    }
  }
}
