import Calendar
import Engine
import EventStore
import JSON

/// A condition of Umami 3 on a property of an event (`"epf0": "TYPE.OPERATOR.NAME.VALUE"`) or of a session (`spf0`). It
/// fails if there is no such property, also if its operator negates.
struct UmamiPropertyFilter {
  /// The key of the property.
  let key: String
  private let test: Test

  /// The `data_type` of Umami.
  private enum DataType: String {
    case string = "1"
    case number = "2"
    case boolean = "3"
    case date = "4"
    case array = "5"

    var operators: [String] {
      switch self {
      case .string: ["eq", "neq", "c", "dnc", "re", "nre"]
      case .number: ["eq", "neq", "gt", "gte", "lt", "lte"]
      case .boolean: ["eq"]
      case .date: ["eq", "bf", "af"]
      case .array: ["c", "dnc"]
      }
    }
  }

  private indirect enum Test {
    case text(TextCondition)
    case number(NumberCondition)
    case all([Test])
    case any([Test])
  }

  /// Creates the condition of a text; nil if its value is empty, because Umami sends that while a filter is being filled
  /// in.
  init?(_ text: String, in zone: TimeZoneRules) throws(UmamiPropertyError) {
    // Scalars, not characters: a mark may follow a dot, and be one character with it.
    var parts = text.unicodeScalars.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
      .map { String($0) }
    guard parts.count == 4, !parts[2].isEmpty else { throw .malformed(text) }
    let value = parts.removeLast()
    try self.init(key: percentDecoded(parts[2][...]), type: parts[0], operator: parts[1], value, in: zone)
  }

  /// Creates a condition from its parts, as a saved segment has them.
  init?(
    key: String, type: String, operator name: String, _ value: String, in zone: TimeZoneRules
  ) throws(UmamiPropertyError) {
    guard let type = DataType(rawValue: type) else { throw .unknownType(type) }
    guard type.operators.contains(name) else {
      throw .unknownOperator(name, known: type.operators)
    }
    if value.isEmpty { return nil }
    self.key = key
    test =
      switch type {
      case .string: .text(try Self.text(name, value))
      case .number: try Self.number(name, value)
      case .boolean: .text(try Self.text("eq", value))
      case .date: .text(try Self.date(name, value, in: zone))
      case .array:
        .text(TextCondition { text in (elements(of: text)?.contains(value) ?? false) == (name == "c") })
      }
  }

  private static func text(_ name: String, _ value: String) throws(UmamiPropertyError) -> TextCondition {
    guard let known = TextCondition.Operator(rawValue: name) else { preconditionFailure("\(name) is known") }
    do throws(FilterError) { return try TextCondition(known, umami: value, dropsEmpty: true) } catch {
      throw .filter(error)
    }
  }

  private static func number(_ name: String, _ value: String) throws(UmamiPropertyError) -> Test {
    guard let bound = TenThousandths(.string(value)) else { throw .noNumber(value) }
    func compares(_ comparison: NumberCondition.Operator) -> Test {
      .number(NumberCondition(comparison, tenThousandths: bound.floor, isExact: bound.isExact))
    }
    if let comparison = NumberCondition.Operator(rawValue: name) { return compares(comparison) }
    return name == "eq"
      ? .all([compares(.isGreaterOrEqual), compares(.isLessOrEqual)])
      : .any([compares(.isLess), compares(.isGreater)])
  }

  /// By day of the calendar.
  private static func date(
    _ name: String, _ value: String, in zone: TimeZoneRules
  ) throws(UmamiPropertyError) -> TextCondition {
    let day: CalendarDate
    do throws(CalendarDateError) { day = try CalendarDate(value) } catch { throw .noDate(error) }
    let (first, last) = (day.start(in: zone), day.end(in: zone))
    return TextCondition { text in
      guard let time = (try? CalendarDate(text))?.start(in: .utc) else { return false }
      return switch name {
      case "bf": time < first
      case "af": time > last
      default: first <= time && time <= last
      }
    }
  }
}

extension UmamiPropertyFilter {
  /// The condition that the event itself has such a property.
  var eventCondition: EventCondition {
    do throws(FilterError) {
      return .all([.property(key: key, try TextCondition(.isSet)), condition(test)])
    } catch {
      preconditionFailure("the operator takes no value")
    }
  }

  private func condition(_ test: Test) -> EventCondition {
    switch test {
    case .text(let text): .property(key: key, text)
    case .number(let number): .propertyNumber(key: key, number)
    case .all(let tests): .all(tests.map(condition))
    case .any(let tests): .any(tests.map(condition))
    }
  }

  /// The condition that the event's session is one of those `properties`, of the filter's key, that pass.
  func sessionCondition(
    _ properties: [SessionProperty], _ executor: ParallelExecutor
  ) throws(FilterError) -> EventCondition {
    let flags = try flags(test, properties, executor)
    var sessions: [String] = []
    for (property, flag) in zip(properties, flags) where flag && !property.text.isEmpty {
      sessions.append(property.sessionID)
    }
    return .identifier(.visitor, IdentifierCondition(sessions, isNegated: false))
  }

  private func flags(
    _ test: Test, _ properties: [SessionProperty], _ executor: ParallelExecutor
  ) throws(FilterError) -> [Bool] {
    switch test {
    case .text(let condition): return try condition.flags(of: properties.map(\.text), executor)
    case .number(let condition):
      return properties.map { property in
        guard let number = TenThousandths(.string(property.numberText)) else { return false }
        return condition.holds(Int64(clamping: number.floor))
      }
    case .all(let tests):
      var flags = properties.map { _ in true }
      for test in tests {
        for (index, flag) in try self.flags(test, properties, executor).enumerated() where !flag {
          flags[index] = false
        }
      }
      return flags
    case .any(let tests):
      var flags = properties.map { _ in false }
      for test in tests {
        for (index, flag) in try self.flags(test, properties, executor).enumerated() where flag {
          flags[index] = true
        }
      }
      return flags
    }
  }
}

/// Why a condition on a property cannot be used.
enum UmamiPropertyError: Error, CustomStringConvertible {
  case malformed(String)
  case unknownType(String)
  case unknownOperator(String, known: [String])
  case noNumber(String)
  case noDate(CalendarDateError)
  case filter(FilterError)
  case noSessionProperties
  /// The message of an error of the store.
  case store(String)

  var description: String {
    switch self {
    case .malformed(let text): "must be TYPE.OPERATOR.NAME.VALUE, for example 1.eq.plan.pro; is \"\(text)\""
    case .unknownType(let type):
      "must begin with the type of the property: 1 (string), 2 (number), 3 (boolean), 4 (date) or 5 (array); "
        + "is \"\(type)\""
    case .unknownOperator(let name, let known):
      "must have one of the operators of its type, \(known.joined(separator: ", ")); is \"\(name)\""
    case .noNumber(let value): "must end with a number, ends with \"\(value)\""
    case .noDate(let error): "must end with a day: \(error)"
    case .filter(let error): "\(error)"
    case .noSessionProperties:
      "needs a store with properties of sessions: an SQLite file with Umami's table session_data"
    case .store(let message): message
    }
  }
}

/// The texts of the elements of a JSON array; nil for another text.
private func elements(of text: String) -> [String]? {
  let value = try? JSONValue(
    parsing: Array(text.utf8), maximumDepth: Limits.nesting, maximumValues: Limits.values)
  return value?.array?.map { $0.string ?? $0.description }
}
