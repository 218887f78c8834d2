import Calendar
import Engine
import EventStore
import JSON
import JSONSchema

/// Everything that one call of a method needs. It is created for the call and passed along, so that nothing a method
/// uses changes while it runs.
struct Call {
  let store: any StoreBackend
  let zones: TimeZoneDatabase
  let schemas: SchemaCache
  /// Reports the loading of events to this call's client, and stops it if the client cancels the call.
  let loading: LoadContext
  /// Runs report kernels until the client cancels this call.
  let executor: ParallelExecutor
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int64
  /// A new id for a saved report or an event.
  let newID: @Sendable () -> String
  /// What it has read of the store besides events.
  let reads = StoreReads()
  /// A result whose rows the result must have too, in its order, because it is compared with it.
  var baseline: JSONValue?

  /// What a call reads of the store besides events. A request that needs the same conditions several times, such as for two
  /// ranges, reads it once.
  final class StoreReads {
    /// By id; nil for an id that the store does not have.
    var reports: [ScalarKey: SavedReport?] = [:]
    /// By key; nil if the store has no properties of sessions.
    var sessionProperties: [ScalarKey: [SessionProperty]?] = [:]
    /// How many references to segments the params have so far. Segments that refer to each other several times multiply.
    var segmentReferences = 0
  }

  /// Runs a method: checks the params against their schema, calls the method, and checks the result against its schema.
  /// Null counts as a missing member, unless the schema gives it a meaning.
  func run(_ method: Method, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    let (value, errors) = schemas.params(of: method.name).takingNullAsMissing(.object(params))
    guard errors.isEmpty else { throw .invalidParams(errors) }
    return try runCompared(method, value.object ?? params)
  }

  /// Calls a method with params that have passed their schema, and checks the result against its schema.
  func checked(_ method: Method, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    reads.segmentReferences = 0
    let result = try method.run(params, self)
    // The result of a cancelled report is incomplete. A method that writes has written, so it is not cancelled.
    if method.isReadOnly, executor.isCancelled { throw .cancelled }
    let faults = schemas.result(of: method.name).validate(result)
    guard faults.isEmpty else { throw .invalidResult(method: method.name, faults) }
    return result
  }

  /// Calls the store and converts its errors.
  func withStore<Answer>(
    _ body: (any StoreBackend) throws(StoreError) -> Answer
  ) throws(WorkerError) -> Answer {
    do throws(StoreError) { return try body(store) } catch {
      if case .cancelled = error { throw .cancelled }
      throw .store(error)
    }
  }
}

extension Schema {
  /// The value without the optional members that are null though the schema does not accept that, and what is wrong with it.
  func takingNullAsMissing(_ value: JSONValue) -> (value: JSONValue, errors: [ValidationError]) {
    if isValid(value) { return (value, []) }
    let value = withoutRefusedNulls(value)
    return (value, validate(value))
  }
}
