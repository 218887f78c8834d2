import JSON

// What people write behind flags, as the params have it. Where a text has the form that is asked for, the
// schema of the params decides on the rest.

/// A step: `url:/pricing`, `path:/pricing`, `event:signup`.
func stepValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard let (type, value) = divided(text), ["url", "path", "event"].contains(type) else {
    throw FlagValueError(sentence: "must be a page (url:/pricing) or an event (event:signup), is \"\(text)\"")
  }
  return ["type": .string(type), "value": .string(value)]
}

/// A number as JSON spells it.
func numberValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard let number = number(text) else {
    throw FlagValueError(sentence: "must be a number, is \"\(text)\"")
  }
  return number
}

/// The number that a text is; nil where it is none.
func number(_ text: String) -> JSONValue? {
  let value = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 1)
  return value?.double == nil ? nil : value
}

/// What stands before the first colon, and behind it.
func divided(_ text: String) -> (String, String)? {
  guard let colon = text.firstIndex(of: ":") else { return nil }
  return (String(text[..<colon]), String(text[text.index(after: colon)...]))
}
