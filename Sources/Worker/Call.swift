import Calendar
import Engine
import EventStore
import JSON
import JSONSchema

/// All that one call of a method needs. It is made for the call and passed along, so that nothing that a method uses
/// is changed while it runs.
struct Call {
  let store: EventStore
  let zones: TimeZoneDatabase
  let schemas: SchemaCache
  /// Runs report kernels until the client cancels this call.
  let scanner: Scanner
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int64
  /// A new id for a saved report or an event.
  let newID: @Sendable () -> String

  /// Runs a method: params through their schema, the method, its result through the result's schema.
  func run(_ method: Method, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    let value = JSONValue.object(params)
    let errors = schemas.params(of: method.name).validate(value)
    guard errors.isEmpty else { throw .invalidParams(errors) }
    let result = try method.run(params, self)
    // A cancelled report has seen only some of the events; what was saved stays saved.
    if method.isReadOnly, scanner.isCancelled { throw .cancelled }
    let faults = schemas.result(of: method.name).validate(result)
    guard faults.isEmpty else { throw .invalidResult(method: method.name, faults) }
    return result
  }

  /// Uses the store; its errors become the worker's.
  func withStore<Answer>(
    _ body: (EventStore) throws(StoreError) -> Answer
  ) throws(WorkerError) -> Answer {
    do throws(StoreError) { return try body(store) } catch {
      if case .cancelled = error { throw .cancelled }
      throw .store(error)
    }
  }
}
