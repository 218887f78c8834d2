import Synchronization
import System

/// Data that reports derive from the columns of a partition on first use and cache with it. It depends
/// on no request, except `channels`: it keeps the value for the latest list of sources.
struct DerivedColumns: Sendable {
  /// The number of events with each hostname code.
  let hostnameCounts = Lazy<[(code: Int, count: Int)]>()
  /// The time of each session's last event.
  let sessionEnds = Lazy<TimeColumn>()
  let activityRuns = Lazy<ActivityRuns>()
  let viewStays = Lazy<ViewStays>()
  let engagedVisits = Lazy<[UInt8]>()
  /// By session: the number of visits of the sessions before it; the last entry is the number of all visits.
  let visitStarts = Lazy<[UInt32]>()
  /// The codes of values of each event's visit; see ``VisitColumn``.
  let entries = Lazy<CodeColumn>()
  let exits = Lazy<CodeColumn>()
  let channels = LatestValue<SourceCategories, CodeColumn>()
  let visitColumns = LazyTable<TextColumn, CodeColumn>()
  let visitTypes = Lazy<CodeColumn>()
  /// By key code: the properties with that key, ascending by row.
  let properties = LazyTable<UInt32, [KeyedProperty]>()
  let money = Lazy<PartitionMoney>()
  /// The pageviews with campaign parameters, ascending by row.
  let campaigns = Lazy<[CampaignEntry]>()
}

/// An entry for a row of a partition, in a list that covers few rows and ascends by row.
protocol RowEntry: Sendable {
  var row: UInt32 { get }
}

extension Array where Element: RowEntry {
  /// Returns the indices of the entries for `rows`.
  func indexRange(of rows: Range<Int>) -> Range<Int> {
    rows.indexRange(of: count) { Int(self[$0].row) }
  }
}

/// A property in a list of properties with the same key.
struct KeyedProperty: RowEntry {
  let row: UInt32
  /// The code of the event's name.
  let name: UInt32
  /// `number_value` in ten-thousandths; `PropertyColumns.missingNumber` if it is missing.
  let number: Int64
}

extension Partition {
  /// Returns the properties whose key has the code `key`, by row.
  func properties(withKey key: UInt32) -> [KeyedProperty] {
    derived.properties.value(key) {
      let (properties, names) = (properties, self[.eventName])
      let (rows, numbers) = (properties.rows.span, properties.numbers.span)
      var hasKey = Array(repeating: UInt8(0), count: properties.count)
      properties.keys.combine(CodePredicate(code: key), 0..<properties.count, into: &hasKey)
      var found: [KeyedProperty] = []
      forEachSet(hasKey.span, properties.count) { index in
        found.append(KeyedProperty(row: rows[index], name: names[Int(rows[index])], number: numbers[index]))
      }
      return found
    }
  }
}

/// A value that is computed on first use and cached: columns are immutable, so what is derived from them is
/// derived once for all requests.
final class Lazy<Value: Sendable>: Sendable {
  fileprivate let value = Mutex<Value?>(nil)

  /// Returns the value. The first caller computes it with `make`; others wait.
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
  /// Does the same if `make` may be cancelled: a cancelled result is meaningless and is not cached.
  func value(unlessCancelled executor: ParallelExecutor, _ make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      if !executor.isCancelled { value = made }
      return made
    }
  }
}

/// Caches the value for the latest key in the same way.
final class LatestValue<Key: Equatable & Sendable, Value: Sendable>: Sendable {
  private let latest = Mutex<(key: Key, value: Value)?>(nil)

  func value(_ key: Key, unlessCancelled executor: ParallelExecutor, _ make: () -> Value) -> Value {
    latest.withLock { latest in
      if let latest, latest.key == key { return latest.value }
      let made = make()
      if !executor.isCancelled { latest = (key, made) }
      return made
    }
  }
}

/// Caches one value for each key in the same way.
final class LazyTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  fileprivate let values = Mutex<[Key: Value]>([:])

  /// Returns the value for `key`. The first caller computes it with `make`; others wait.
  func value(_ key: Key, _ make: () -> Value) -> Value {
    values.withLock { values in
      if let value = values[key] { return value }
      let made = make()
      values[key] = made
      return made
    }
  }
}

extension LazyTable {
  /// Does the same if `make` may be cancelled.
  func value(_ key: Key, unlessCancelled executor: ParallelExecutor, _ make: () -> Value) -> Value {
    values.withLock { values in
      if let value = values[key] { return value }
      let made = make()
      if !executor.isCancelled { values[key] = made }
      return made
    }
  }
}
