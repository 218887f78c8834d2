import JSON

/// An uncompiled subschema: returns keywords' values in the types that they must have.
struct SchemaSource {
  let entry: SchemaIndex.Entry
  private let object: JSONObject

  init(_ entry: SchemaIndex.Entry) {
    self.entry = entry
    object = entry.value.object ?? JSONObject()
  }

  func has(_ keyword: Keyword) -> Bool { self[keyword] != nil }

  subscript(keyword: Keyword) -> JSONValue? { object[keyword.rawValue] }

  /// Returns the error for a keyword whose value is invalid.
  func invalid(_ keyword: Keyword, _ expected: String) -> SchemaError {
    SchemaError(location: "\(entry.location)/\(keyword.rawValue)", problem: "must be \(expected)")
  }

  func string(_ keyword: Keyword) throws(SchemaError) -> String? {
    guard let value = self[keyword] else { return nil }
    guard let string = value.string else { throw invalid(keyword, "a string") }
    return string
  }

  func bool(_ keyword: Keyword) throws(SchemaError) -> Bool? {
    switch self[keyword] {
    case nil: return nil
    case .bool(let value): return value
    default: throw invalid(keyword, "true or false")
    }
  }

  func number(_ keyword: Keyword) throws(SchemaError) -> JSONDecimal? {
    guard let value = self[keyword] else { return nil }
    guard let number = value.decimal else { throw invalid(keyword, "a number") }
    return number
  }

  func count(_ keyword: Keyword) throws(SchemaError) -> Int? {
    guard let value = self[keyword] else { return nil }
    guard let count = value.wholeNumber, count >= 0 else {
      throw invalid(keyword, "a whole number from 0 on")
    }
    return Int(count)
  }

  func array(_ keyword: Keyword) throws(SchemaError) -> [JSONValue]? {
    guard let value = self[keyword] else { return nil }
    guard let elements = value.array else { throw invalid(keyword, "an array") }
    return elements
  }

  /// Returns the names in a keyword's value, without duplicates.
  func names(_ keyword: Keyword) throws(SchemaError) -> [String]? {
    guard let value = self[keyword] else { return nil }
    guard let names = Self.names(value) else { throw invalid(keyword, "an array of different strings") }
    return names
  }

  /// Returns, for each member of a keyword's value, its name and the names in it.
  func nameLists(_ keyword: Keyword) throws(SchemaError) -> [(String, [String])] {
    guard let value = self[keyword] else { return [] }
    guard let members = value.object?.members else {
      throw invalid(keyword, "an object of arrays of different strings")
    }
    var lists: [(String, [String])] = []
    for (name, value) in members {
      guard let names = Self.names(value) else {
        throw invalid(keyword, "an object of arrays of different strings")
      }
      lists.append((name, names))
    }
    return lists
  }

  private static func names(_ value: JSONValue) -> [String]? {
    guard let elements = value.array, Set(elements).count == elements.count else { return nil }
    let names = elements.compactMap(\.string)
    return names.count == elements.count ? names : nil
  }
}
