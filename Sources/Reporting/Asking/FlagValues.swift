import JSON

// What people write behind flags, as the params have it. Where a text has the form that is asked for, the
// schema of the params decides on the rest.

/// A step: `url:/pricing`, `path:/pricing`, `event:signup`.
func stepValue(_ text: String) throws(UnreadableText) -> JSONValue {
  guard let (type, value) = divided(text), ["url", "path", "event"].contains(type) else {
    throw UnreadableText(sentence: "must be a page (url:/pricing) or an event (event:signup), is \"\(text)\"")
  }
  return ["type": .string(type), "value": .string(value)]
}

/// A goal: `url:/pricing=100`, `event:signup=20`, `sum:purchase:revenue=1000`.
func goalValue(_ text: String) throws(UnreadableText) -> JSONValue {
  guard let equals = text.lastIndex(of: "="), let goal = number(String(text[text.index(after: equals)...]))
  else {
    throw UnreadableText(
      sentence: "must end with the number that is wanted, as in url:/pricing=100, is \"\(text)\"")
  }
  guard let (type, value) = divided(String(text[..<equals])) else { throw unreadableGoal(text) }
  switch type {
  case "url", "path", "event": return ["type": .string(type), "value": .string(value), "goal": goal]
  case "count", "sum", "average":
    // The names of events have colons more often than those of properties.
    guard let colon = value.lastIndex(of: ":") else { throw unreadableGoal(text) }
    return [
      "type": "event-data", "value": .string(String(value[..<colon])),
      "property": .string(String(value[value.index(after: colon)...])), "operator": .string(type),
      "goal": goal,
    ]
  default: throw unreadableGoal(text)
  }
}

private func unreadableGoal(_ text: String) -> UnreadableText {
  UnreadableText(
    sentence: """
      must be a page (url:/pricing=100), an event (event:signup=20) or a property of events \
      (sum:purchase:revenue=1000, also count and average), is "\(text)"
      """)
}

/// A time in minutes: `30`, `30m`, `2h`, `7d`.
func minutesValue(_ text: String) throws(UnreadableText) -> JSONValue {
  let minutes: [Character: Double] = ["m": 1, "h": 60, "d": 24 * 60]
  if let number = number(text) { return number }
  if let unit = text.last, let factor = minutes[unit], let count = number(String(text.dropLast()))?.double {
    let product = count * factor
    return Int64(exactly: product).map(JSONValue.integer) ?? .double(product)
  }
  throw UnreadableText(sentence: "must be minutes, or a time such as 30m, 2h, 7d, is \"\(text)\"")
}

func numberValue(_ text: String) throws(UnreadableText) -> JSONValue {
  guard let number = number(text) else {
    throw UnreadableText(sentence: "must be a number, is \"\(text)\"")
  }
  return number
}

private func number(_ text: String) -> JSONValue? {
  let value = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 1)
  return value?.double == nil ? nil : value
}

/// What stands before the first colon, and behind it.
private func divided(_ text: String) -> (String, String)? {
  guard let colon = text.firstIndex(of: ":") else { return nil }
  return (String(text[..<colon]), String(text[text.index(after: colon)...]))
}
