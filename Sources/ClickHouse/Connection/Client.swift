import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Sends statements to a ClickHouse server over its HTTP interface, one at a time, and reads their rows.
///
/// Every statement has a `query_id`, under which it is cancelled on the server, and limits of time and memory. The server holds
/// an answer back until it is complete (`wait_end_of_query`), so that an error is never in the middle of rows. A statement
/// whose answer did not arrive whole is sent once more, which is safe because statements only read.
final class Client: Sendable {
  /// The most bytes of an answer.
  static let maximumAnswerBytes = 256 << 20
  /// Longer parameters are sent in the body: what stands between a server and its users often takes no longer addresses.
  private static let maximumURLValueBytes = 4096
  /// A server that is restarted needs a moment.
  private static let secondsBeforeRetry = 0.25
  /// Between two looks at whether the caller has cancelled.
  private static let pollMilliseconds = 20
  /// For how long a query that is cancelled is waited for.
  private static let killWaitMilliseconds = 1000
  /// Between two looks while rows are read.
  private static let rowsPerCancellationCheck = 4096

  private let address: Address
  private let password: String?
  private let session: URLSession
  private let transfers = Transfers()
  private let newID: @Sendable () -> String
  /// Settings that are sent with each statement.
  private let settings = Mutex<[(name: String, value: String)]>([])

  /// - Parameter newID: Makes ids of queries.
  init(_ address: Address, password: String?, newID: @escaping @Sendable () -> String) {
    (self.address, self.password, self.newID) = (address, password, newID)
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.timeoutIntervalForRequest = Double(address.limits.requestSeconds)
    session = URLSession(configuration: configuration, delegate: transfers, delegateQueue: nil)
  }

  // A session keeps its delegate until then.
  deinit { session.invalidateAndCancel() }

  /// Returns the rows of a statement, read by `row` one after the other.
  ///
  /// - Parameter isCancelled: Asked while the server works. Once it is true, the query is cancelled on the server.
  func rows<Row>(
    of statement: Statement, isCancelled: () -> Bool,
    _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(ClickHouseError) -> [Row] {
    let bytes = try answer(to: statement, isCancelled)
    var reader = RowReader(bytes)
    var rows: [Row] = []
    do throws(ClickHouseError) {
      while !reader.isAtEnd {
        let start = reader.position
        rows.append(try row(&reader))
        precondition(reader.position > start, "a row has columns, and each has bytes")
        if rows.count.isMultiple(of: Self.rowsPerCancellationCheck), isCancelled() { throw .cancelled }
      }
    } catch {
      // Old servers put an error behind the rows.
      guard let code = serverErrorCode(in: bytes) else { throw error }
      throw ClickHouseError(code: code, text: ClickHouseError.tail(of: bytes), address)
    }
    return rows
  }

  /// Settings under which answers are complete and have the types that statements expect, by name: the value that they must have.
  /// The first is new in ClickHouse 25: 26.9 also keeps in that cache which rows an inner join has dropped, after which
  /// statements without that join miss rows.
  private static let requiredSettings: KeyValuePairs = [
    conditionCache: "0", "join_use_nulls": "0", "skip_unavailable_shards": "0",
    "timeout_overflow_mode": "throw",
    "read_overflow_mode": "throw", "group_by_overflow_mode": "throw", "sort_overflow_mode": "throw",
    "set_overflow_mode": "throw", "join_overflow_mode": "throw", "distinct_overflow_mode": "throw",
    "result_overflow_mode": "throw", "transfer_overflow_mode": "throw",
  ]

  private static let conditionCache = "use_query_condition_cache"

  /// A row with name and value for each of the settings that matter and that the server has.
  static var settingsQuery: SQL {
    "SELECT name, value FROM system.settings WHERE name IN \(value: ["readonly"] + requiredSettings.map(\.key))"
  }

  /// Sends from now on those settings that have another value than they must. Throws if this user may not set one of them.
  func require(_ found: [(name: String, value: String)]) throws(LayoutError) {
    let wrong = Self.requiredSettings.filter { name, value in
      found.contains { $0.name == name && $0.value != value }
    }
    if found.contains(where: { $0.name == "readonly" && $0.value == "1" }) {
      guard let (name, value) = wrong.first(where: { $0.key != Self.conditionCache }) else { return }
      throw LayoutError(
        "this user's setting \(name) would falsify answers, and a user with readonly = 1 cannot change it; set it to "
          + "\(value) in the user's profile")
    }
    settings.withLock { $0 = wrong.map { (name: $0.key, value: $0.value) } }
  }

  private func answer(
    to statement: Statement, _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> [UInt8] {
    do throws(ClickHouseError) {
      return try attempt(statement, isCancelled)
    } catch {
      guard error.isWorthRetrying, !isCancelled() else { throw error }
      Thread.sleep(forTimeInterval: Self.secondsBeforeRetry)
      return try attempt(statement, isCancelled)
    }
  }

  private func attempt(
    _ statement: Statement, _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> [UInt8] {
    let id = newID()
    let task = session.dataTask(with: request(statement, id: id))
    let transfer = transfers.begin(task)
    task.resume()
    while !transfer.wait(milliseconds: Self.pollMilliseconds) {
      guard isCancelled() else { continue }
      task.cancel()
      kill(id)
      throw .cancelled
    }
    do throws(ClickHouseError) {
      return try transfer.answer(from: address)
    } catch {
      if error.leavesQueryRunning { kill(id) }
      throw error
    }
  }

  /// Cancels a query on the server, without waiting for the end of it.
  private func kill(_ id: String) {
    let statement = Statement("KILL QUERY WHERE query_id = \(value: id) ASYNC")
    let task = session.dataTask(with: request(statement, id: newID()))
    let transfer = transfers.begin(task)
    task.resume()
    _ = transfer.wait(milliseconds: Self.killWaitMilliseconds)
  }

  private func request(_ statement: Statement, id: String) -> URLRequest {
    var items = [
      ("database", address.database), ("query_id", id), ("wait_end_of_query", "1"),
      ("default_format", "RowBinary"),
    ]
    if let seconds = address.limits.seconds { items.append(("max_execution_time", "\(seconds)")) }
    if let bytes = address.limits.memoryBytes { items.append(("max_memory_usage", "\(bytes)")) }
    items += settings.withLock(\.self)
    let parameters = statement.parameters.map { (name: "param_\($0.name)", value: $0.value) }
    let isLong = parameters.reduce(0) { $0 + $1.value.utf8.count } > Self.maximumURLValueBytes
    guard let url = address.url(isLong ? items : items + parameters) else {
      preconditionFailure("an address has a host and a port")
    }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    if isLong {
      request.setValue("multipart/form-data; boundary=\(id)", forHTTPHeaderField: "Content-Type")
      request.httpBody = form([("query", statement.text)] + parameters, boundary: id)
    } else {
      request.httpBody = Data(statement.text.utf8)
    }
    if let user = address.user { request.setValue(user, forHTTPHeaderField: "X-ClickHouse-User") }
    if let password { request.setValue(password, forHTTPHeaderField: "X-ClickHouse-Key") }
    return request
  }

  /// Values in `multipart/form-data` (RFC 7578). The boundary is an id that nobody can guess.
  private func form(_ values: [(name: String, value: String)], boundary: String) -> Data {
    var bytes: [UInt8] = []
    for (name, value) in values {
      bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
    }
    return Data(bytes + Array("--\(boundary)--\r\n".utf8))
  }
}

/// The answers that are on their way, by the tasks of a session.
private final class Transfers: NSObject, URLSessionDataDelegate {
  private let transfers = Mutex<[Int: Transfer]>([:])

  func begin(_ task: URLSessionDataTask) -> Transfer {
    let transfer = Transfer()
    transfers.withLock { $0[task.taskIdentifier] = transfer }
    return transfer
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    if transfers.withLock({ $0[dataTask.taskIdentifier] })?.add(data) == false { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let transfer = transfers.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    transfer?.end(task.response as? HTTPURLResponse, error)
  }

  /// Refuses redirects: the headers have a password.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}

/// One answer, while it arrives and when it is complete.
private final class Transfer: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var response: (status: Int, code: Int?, tag: String?)?
    var failure: URLError?
    var isTooLarge = false
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  /// Returns false if the answer is too large.
  func add(_ data: Data) -> Bool {
    state.withLock { state in
      guard data.count <= Client.maximumAnswerBytes - state.bytes.count else {
        state.isTooLarge = true
        return false
      }
      state.bytes.append(contentsOf: data)
      return true
    }
  }

  func end(_ response: HTTPURLResponse?, _ error: (any Error)?) {
    state.withLock { state in
      state.response = response.map {
        (
          $0.statusCode, $0.value(forHTTPHeaderField: "X-ClickHouse-Exception-Code").flatMap { Int($0) },
          $0.value(forHTTPHeaderField: "X-ClickHouse-Exception-Tag")
        )
      }
      state.failure = error.map { ($0 as? URLError) ?? URLError(.unknown) }
    }
    done.signal()
  }

  /// What a proxy answers in place of a server that it cannot reach: Too Many Requests, Bad Gateway, Service Unavailable,
  /// Gateway Timeout.
  private static let busyStatuses = [429, 502, 503, 504]

  /// Whether the answer is complete within this time.
  func wait(milliseconds: Int) -> Bool {
    done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
  }

  func answer(from address: Address) throws(ClickHouseError) -> [UInt8] {
    let state = state.withLock(\.self)
    if state.isTooLarge { throw .tooLarge(bytes: Client.maximumAnswerBytes) }
    if let failure = state.failure {
      // A connection that ends early is often the end of an error, or of an answer.
      if state.response != nil, failure.code != .cancelled, failure.code != .timedOut {
        if let code = serverErrorCode(in: state.bytes) {
          throw ClickHouseError(code: code, text: ClickHouseError.tail(of: state.bytes), address)
        }
        throw .damagedAnswer("the connection ended before it was complete")
      }
      throw ClickHouseError(failure, from: address)
    }
    guard let response = state.response else { throw .damagedAnswer("it is empty") }
    if response.status != 200 || response.code != nil {
      guard let code = response.code ?? serverErrorCode(in: state.bytes) else {
        if Self.busyStatuses.contains(response.status) {
          throw .unreachable(host: address.host, sentence: "the HTTP status is \(response.status)")
        }
        throw .damagedAnswer(
          "it has the HTTP status \(response.status); is \(address.host) a ClickHouse server?")
      }
      throw ClickHouseError(
        code: code, text: ClickHouseError.head(of: state.bytes), address)
    }
    // Nobody but the server knows the tag, so no text of an event can look like an error.
    if let tag = response.tag, state.bytes.ends(with: "\(tag)\r\n__exception__\r\n"),
      let code = serverErrorCode(in: state.bytes)
    {
      throw ClickHouseError(code: code, text: ClickHouseError.tail(of: state.bytes), address)
    }
    return state.bytes
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
