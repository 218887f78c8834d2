import Synchronization
import System

/// What reports derive from the columns of a partition when it is first asked for, and keep beside them.
/// Nothing of it depends on a request.
struct DerivedColumns: Sendable {
  /// How many events have a hostname, by its code.
  let hostnameCounts = Lazy<[(code: Int, count: Int)]>()
  /// The time of each session's last event.
  let sessionEnds = Lazy<TimeColumn>()
  let stretches = Lazy<ActivityRuns>()
  /// By code of the key: the properties with it; ascending by row.
  let properties = LazyTable<UInt32, [KeyedProperty]>()
  /// The properties that are money; ascending by row.
  let money = Lazy<[MoneyEntry]>()
  /// The pageviews with campaign parameters; ascending by row.
  let campaigns = Lazy<[CampaignEntry]>()
}

/// Something that is known of few rows of a partition. Lists of them ascend by row.
protocol RowEntry: Sendable {
  var row: UInt32 { get }
}

extension Array where Element: RowEntry {
  /// The places of the entries for `rows`.
  func places(of rows: Range<Int>) -> Range<Int> {
    rows.places(of: count) { Int(self[$0].row) }
  }
}

/// A property, where its key is known.
struct KeyedProperty: RowEntry {
  let row: UInt32
  /// The code of the event's name.
  let name: UInt32
  /// `number_value` in ten-thousandths; `PropertyColumns.missingNumber` where there is none.
  let number: Int64
}

extension Partition {
  /// The properties with the key of code `key`, by row.
  func properties(withKey key: UInt32) -> [KeyedProperty] {
    derived.properties.value(key) {
      let (properties, names) = (properties, self[.eventName])
      let (rows, numbers) = (properties.rows.span, properties.numbers.span)
      var hasKey = Array(repeating: UInt8(0), count: properties.count)
      properties.keys.join(CodePredicate(code: key), 0..<properties.count, into: &hasKey)
      var found: [KeyedProperty] = []
      forEachSet(hasKey.span, properties.count) { index in
        found.append(KeyedProperty(row: rows[index], name: names[Int(rows[index])], number: numbers[index]))
      }
      return found
    }
  }
}

/// A value that is made when it is first asked for, and kept: what can be derived from columns, which never
/// change, need not be derived for every request.
final class Lazy<Value: Sendable>: Sendable {
  fileprivate let value = Mutex<Value?>(nil)

  /// The value, which `make` makes for the first that asks; others wait.
  func value(_ make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      value = made
      return made
    }
  }
}

extension Lazy {
  /// The same where `make` may be cancelled: what it gives then means nothing, and is not kept.
  func value(unlessCancelled scanner: Scanner, _ make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      if !scanner.isCancelled { value = made }
      return made
    }
  }
}

/// The same for values that are told apart by a key.
final class LazyTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let values = Mutex<[Key: Value]>([:])

  /// The value for `key`, which `make` makes for the first that asks; others wait.
  func value(_ key: Key, _ make: () -> Value) -> Value {
    values.withLock { values in
      if let value = values[key] { return value }
      let made = make()
      values[key] = made
      return made
    }
  }
}
