import JSON
import TestSupport

/// Generates values from JSON Schemas: ordinary ones, extreme ones, and slightly invalid ones.
struct SchemaValues {
  /// The embedded schemas by name.
  let documents: [String: JSONValue]
  private var generator: SeededGenerator
  /// How many values the one that is being generated is inside.
  private var depth = 0

  /// Deeper values are null, because some definitions refer to themselves.
  private static let maximumDepth = 24
  /// Deeper lists have at most two elements.
  private static let depthOfLongLists = 4

  init(_ documents: [String: JSONValue], seed: UInt64) {
    self.documents = documents
    generator = SeededGenerator(seed: seed)
  }

  /// Params of a method: its example with some members replaced, or all generated.
  mutating func params(of method: String) -> JSONValue {
    let schema = documents["\(method).params.json"] ?? [:]
    var params =
      chance(4) ? value(of: schema, in: method).object ?? JSONObject() : example(of: schema)
    if schema["properties"]?["websiteId"] != nil, chance(2) { params["websiteId"] = "a" }
    let properties = schema["properties"]?.object?.members ?? []
    for _ in 0..<(chance(3) ? 2 : 1) {
      guard let property = properties.randomElement(using: &generator) else { break }
      params[property.name] = chance(8) ? nil : value(of: property.value, in: property.name)
    }
    if chance(10) { params["format"] = pick(["csv", "json", "html", "svg", "", 1, nil]) }
    if chance(20) { params["workDoneToken"] = pick([1, "t", .double(1e300), nil, []]) }
    if chance(20) { params["unknown"] = anything() }
    return .object(params)
  }

  /// The example of a schema, without the website id, which only the examples' store has.
  private func example(of schema: JSONValue) -> JSONObject {
    var example = schema["examples"]?.array?.first?.object ?? JSONObject()
    example["websiteId"] = nil
    return example
  }

  /// - Parameter name: The name of the member.
  private mutating func value(of schema: JSONValue, in name: String) -> JSONValue {
    if chance(40) { return anything() }
    if depth == Self.maximumDepth { return nil }
    depth += 1
    defer { depth -= 1 }
    if let other = schema["else"]?["$ref"]?.string, !chance(6) { return value(of: resolve(other), in: name) }
    if let choice = schema["anyOf"]?.array?.randomElement(using: &generator) {
      return value(of: choice, in: name)
    }
    if let reference = schema["$ref"]?.string { return value(of: resolve(reference), in: name) }
    if let allowed = schema["enum"]?.array { return chance(15) ? anything() : pick(allowed) }
    if let constant = schema["const"] { return constant }
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string ?? "object"]
    switch types.randomElement(using: &generator) {
    case "string": return .string(text(schema, name))
    case "integer", "number": return number(schema)
    case "boolean": return .bool(chance(2))
    case "null": return .null
    case "array": return array(schema, name)
    default: return object(schema)
    }
  }

  private mutating func object(_ schema: JSONValue) -> JSONValue {
    var object = JSONObject()
    let required = schema["required"]?.array?.compactMap(\.string) ?? []
    for (name, property) in schema["properties"]?.object?.members ?? [] {
      guard required.contains(name) ? !chance(30) : chance(2) else { continue }
      object[name] = value(of: property, in: name)
    }
    // What conditions ask for besides.
    for branch in (schema["allOf"]?.array ?? []) + [schema] where !chance(6) {
      for (name, property) in branch["then"]?["properties"]?.object?.members ?? [] where !chance(4) {
        object[name] = value(of: property, in: name)
      }
    }
    return .object(object)
  }

  private mutating func array(_ schema: JSONValue, _ name: String) -> JSONValue {
    let least = Int(schema["minItems"]?.wholeNumber ?? 0)
    let most = min(Int(schema["maxItems"]?.wholeNumber ?? 8), 300)
    let ordinary = [least, least + 1, least + 2]
    let count = (chance(6) ? [0, least - 1, most, most + 1] : ordinary).randomElement(using: &generator) ?? 0
    let element = schema["items"] ?? [:]
    let generated = depth > Self.depthOfLongLists ? min(count, 2) : count
    return .array((0..<max(generated, 0)).map { _ in value(of: element, in: name) })
  }

  private mutating func number(_ schema: JSONValue) -> JSONValue {
    let bounds = ["minimum", "maximum", "exclusiveMinimum"].compactMap { schema[$0]?.wholeNumber }
    if let bound = bounds.randomElement(using: &generator), chance(2) {
      return .integer(bound + Int64.random(in: -1...1, using: &generator))
    }
    return pick([
      0, 1, -1, 2, 7, 60, 1_000, .integer(.max), .integer(.min), 9_007_199_254_740_993, 999_999_999,
      9_999_999_999,
      1_740_000_000_000, 253_402_300_799_999, 253_402_300_800_000, -62_167_219_200_000, .double(1e308),
      .double(-1e308), .double(.leastNonzeroMagnitude), .double(1e-18), decimal(1, 400), decimal(1, 3),
      decimal(-25, 1),
      decimal(1, -300),
      .decimal(JSONDecimal(significand: .max, scale: 0)), .decimal(JSONDecimal(significand: .min, scale: 20)),
    ])
  }

  private func decimal(_ significand: Int128, _ scale: Int) -> JSONValue {
    .decimal(JSONDecimal(significand: significand, scale: scale))
  }

  private static let dates = [
    "2025-03-01", "2025-03-02", "2025-03", "2025", "0000-01-01", "9999-12-31", "9999-12", "9999", "0000",
    "2011-12-30", "2025-02-30", "2025-13", "2025-03-01T10:00:00Z", "2025-03-01T10:00:00.000+25:00",
    "0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999-12:00", "Thu Mar 27 2025 00:00:00 GMT+0100",
    "1740823200000",
    "1740823200", "253402300799999", "253402300800000", "-62167219200001", "99999999999999999999", "-", "1",
  ]
  private static let zones = [
    "UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Tokyo", "Australia/Lord_Howe",
    "Africa/Casablanca", "Pacific/Kiritimati", "Mars/Base", "../../etc/passwd", "Europe/Berlin\u{0}",
    "europe/berlin",
  ]

  private mutating func text(_ schema: JSONValue, _ name: String) -> String {
    if !chance(6) {
      switch name {
      case "startDate", "endDate", "created_at", "timestamp":
        // Most ranges should be some, or hardly any report would be made.
        if chance(2) { return name == "startDate" ? "2025-03-01" : "2025-03" }
        return Self.dates.randomElement(using: &generator) ?? ""
      case "timezone": return Self.zones.prefix(chance(4) ? 12 : 8).randomElement(using: &generator) ?? ""
      case "goal": return digits()
      case "name" where depth > 1:
        return ["property:plan", "channel", "url", "type"].randomElement(using: &generator) ?? ""
      case "websiteId", "website_id", "website": return chance(2) ? "a" : "nowhere"
      case "session_id", "visitor": return chance(2) ? "s1" : "s9"
      case "reportId": return chance(2) ? "saved" : "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11"
      default: break
      }
    }
    let least = Int(schema["minLength"]?.wholeNumber ?? 0)
    let most = Int(schema["maxLength"]?.wholeNumber ?? 2_000)
    let usual = [
      "", "/", "*", "/x", "buy", "EUR", "firstClick", "last-click", "a\u{0}b", "\u{FEFF}", "e\u{301}", "𝒳",
      "\\*", "**",
      "(", "(a*)*\\1b", "^/(a|b)*$", "=cmd", "\"", "%", "../x", String(repeating: "*a", count: 50),
      String(repeating: "x", count: max(0, least - 1)), String(repeating: "x", count: least),
      String(repeating: "y", count: most), String(repeating: "y", count: most + 1), digits(),
    ]
    return usual.randomElement(using: &generator) ?? ""
  }

  private mutating func digits() -> String {
    let count = [1, 2, 17, 18, 19, 20, 38, 39, 40, 400, 5_000].randomElement(using: &generator) ?? 1
    let digit = ["0", "1", "9"].randomElement(using: &generator) ?? "9"
    let whole = (chance(4) ? "-" : "") + String(repeating: digit, count: count)
    return chance(3) ? "\(whole).\(String(repeating: digit, count: count))" : whole
  }

  /// A value of any type, which few schemas accept.
  private mutating func anything() -> JSONValue {
    var deep: JSONValue = 1
    for _ in 0..<100 { deep = [deep] }
    return pick([
      nil, true, 0, 1, -1, "", "x", [], [:], [nil], ["a": ["b": nil]], .double(1e308), .integer(.min), deep,
      .array(Array(repeating: [:], count: 300)),
    ])
  }

  private mutating func pick(_ values: [JSONValue]) -> JSONValue {
    values.randomElement(using: &generator) ?? nil
  }

  /// True once in so many times.
  private mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &generator) == 0 }

  private func resolve(_ reference: String) -> JSONValue {
    let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
    let document = documents[parts[0].isEmpty ? "common.json" : String(parts[0])] ?? nil
    return JSONPointer(String(parts.last ?? "")).flatMap { document[$0] } ?? nil
  }
}
