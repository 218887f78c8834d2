import JSON

// Matchers (steps, goals, conversions, starts and returns) as flags have them: the same in every report.

/// The syntax of a matcher, for help.
let matcherHelp =
  """
  Written as pageview:/pricing, custom:signup, url:/pricing (any event there), event:signup, pageview, custom or every; \
  * matches any characters, \\* a star.
  """

/// Parses a matcher: `pageview:/pricing`, `custom:signup`, `url:/pricing`, `path:/pricing`, `event:signup`, `pageview`,
/// `custom`, `every`.
func matcherValue(_ text: String) throws(FlagValueError) -> JSONValue {
  if ["pageview", "custom", "every"].contains(text) { return ["type": .string(text)] }
  if let (type, value) = divided(text), ["pageview", "custom", "url", "path", "event"].contains(type) {
    return ["type": .string(type), "value": .string(value)]
  }
  let isName = divided(text) == nil && !text.isEmpty && !["url", "path", "event"].contains(text)
  let word = displayable(text)
  let meant = text.hasPrefix("/") ? "url:\(word)" : "event:\(word) or url:/\(word)"
  throw FlagValueError(
    sentence: isName
      ? "must be a page or an event: \(meant), is \"\(text)\""
      : """
      must be a page (pageview:/pricing, url:/pricing), an event (custom:signup, event:signup), pageview, custom or \
      every, is "\(text)"
      """)
}

/// A matcher, or a goal that is a property of events, in the syntax of the flags; `or` between several.
func matcherName(_ matcher: JSONValue) -> String {
  if let choices = matcher["any"]?.array { return choices.map(matcherName).joined(separator: " or ") }
  let type = displayable(matcher["type"]?.string ?? "")
  guard let value = matcher["value"]?.string.map(displayable) else { return type }
  guard type == "event-data" else { return "\(type):\(value)" }
  let (aggregate, property) = (matcher["operator"]?.string ?? "", matcher["property"]?.string ?? "")
  return "\(displayable(aggregate)):\(value):\(displayable(property))"
}
