import JSON

// Parsers from the text of a flag to a value of the params. They check only the form of the text; the schema
// of the params checks the rest.

/// Parses a number in JSON's notation.
func numberValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard let number = number(text) else {
    throw FlagValueError(sentence: "must be a number, is \"\(text)\"")
  }
  return number
}

/// The number that `text` denotes; nil if it is not a number.
func number(_ text: String) -> JSONValue? {
  let value = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 1)
  return value?.double == nil ? nil : value
}

/// The text before the first colon, and the text after it.
func divided(_ text: String) -> (String, String)? {
  // Scalars, not characters, here and below: a combining mark may follow a sign, and be one character with it.
  let scalars = text.unicodeScalars
  guard let colon = scalars.firstIndex(of: ":") else { return nil }
  return (String(scalars[..<colon]), String(scalars[scalars.index(after: colon)...]))
}

/// The filter operators, in the syntax that query languages of other analytics tools use. After `=` and `!=`,
/// a comma separates several values; `\,` is a literal comma.
private let spellings: [(sign: String, name: String)] = [
  // If two operators begin at the same position, the longer one must come first.
  ("!=", "neq"), ("=@", "c"), ("!@", "dnc"), ("=~", "re"), ("!~", "nre"), (">=", "gte"), ("<=", "lte"),
  (":set", "s"), (":unset", "ns"), ("=", "eq"), (">", "gt"), ("<", "lt"),
]

/// Parses a filter: `country=DE`, `country!=DE,AT`, `url=@blog`, `url!@blog`, `url=~^/a`, `url!~^/a`,
/// `tag:set`, `tag:unset`, `property:plan=pro`, `property:price>=10`.
func filterValue(_ text: String) throws(FlagValueError) -> JSONValue {
  let nameEnd = filterNameEnd(text)
  let (name, rest) = (String(text[..<nameEnd]), text.unicodeScalars[nameEnd...])
  guard !name.isEmpty, let (sign, filter) = spellings.first(where: { begins(rest, with: $0.sign) }) else {
    throw FlagValueError(
      sentence: """
        must be NAME=VALUE with one of the signs = != =@ !@ =~ !~ > >= < <= (such as country=DE, url=@blog, \
        property:plan=pro), NAME:set or NAME:unset, is "\(text)"
        """)
  }
  var object: JSONObject = ["name": .string(name), "operator": .string(filter)]
  let value = String(rest.dropFirst(sign.unicodeScalars.count))
  switch filter {
  case "s", "ns": break
  case "eq", "neq":
    let values = separated(value)
    object["value"] = values.count == 1 ? .string(values[0]) : .array(values.map(JSONValue.string))
  default: object["value"] = .string(value)
  }
  return .object(object)
}

/// The sign of an operator; its name if it has none.
func filterSign(_ name: String) -> String {
  spellings.first { $0.name == name }?.sign ?? " \(name) "
}

/// The end of the name with which a filter begins. The key of a property ends with the first sign.
private func filterNameEnd(_ text: String) -> String.Index {
  let prefix = "property:".unicodeScalars
  let scalars = text.unicodeScalars
  guard scalars.starts(with: prefix) else {
    return text.firstIndex { !($0.isLetter || $0 == "_") } ?? text.endIndex
  }
  let key = scalars.dropFirst(prefix.count)
  return key.indices.first { index in spellings.contains { begins(key[index...], with: $0.sign) } }
    ?? text.endIndex
}

/// Whether a sign begins a text; the signs with a colon must be all of it.
private func begins(_ text: Substring.UnicodeScalarView, with sign: String) -> Bool {
  sign.utf8.first == UInt8(ascii: ":")
    ? text.elementsEqual(sign.unicodeScalars) : text.starts(with: sign.unicodeScalars)
}

/// The values separated by commas; `\,` is a literal comma.
private func separated(_ text: String) -> [String] {
  var values = [""]
  var isEscaped = false
  for scalar in text.unicodeScalars {
    if isEscaped, scalar != "," { values[values.count - 1] += "\\" }
    if scalar == ",", !isEscaped {
      values.append("")
    } else if scalar != "\\" {
      values[values.count - 1].unicodeScalars.append(scalar)
    }
    isEscaped = scalar == "\\"
  }
  if isEscaped { values[values.count - 1] += "\\" }
  return values
}

/// The names between the commas of a text.
func names(_ text: String) -> [String] {
  text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false).map { trimmed(Substring($0)) }
}

/// An element of a list without the spaces around it.
func trimmed(_ text: Substring) -> String {
  var text = text
  while text.first == " " { text.removeFirst() }
  while text.last == " " { text.removeLast() }
  return String(text)
}
