import JSON

/// The syntax of a matcher, for help.
let matcherHelp =
  "Written as pageview:/pricing, custom:signup, url:/pricing, event:signup, pageview, custom or every."

/// A matcher in the syntax of the flags, with `or` between several.
func matcherName(_ matcher: JSONValue) -> String {
  if let choices = matcher["any"]?.array { return choices.map(matcherName).joined(separator: " or ") }
  let type = displayable(matcher["type"]?.string ?? "")
  return matcher["value"].flatMap(\.string).map { "\(type):\(displayable($0))" } ?? type
}
