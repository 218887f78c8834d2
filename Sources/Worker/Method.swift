import JSON

/// A method of the worker: its names, and what it does with params that have passed their schema.
struct Method: Sendable {
  /// Such as `reports.funnel`. Its schemas are named after it.
  let name: String
  /// The endpoint of the mirrored API, such as `POST /api/reports/funnel`; nil for a method of our own.
  /// `:reportId` stands for the id of a report.
  let endpoint: String?
  /// Whether it leaves the store as it is.
  let isReadOnly: Bool
  let run: @Sendable (JSONObject, Worker) throws(WorkerError) -> JSONValue

  init(
    _ name: String, _ endpoint: String? = nil, isReadOnly: Bool = true,
    _ run: @escaping @Sendable (JSONObject, Worker) throws(WorkerError) -> JSONValue
  ) {
    self.name = name
    self.endpoint = endpoint
    self.isReadOnly = isReadOnly
    self.run = run
  }
}
