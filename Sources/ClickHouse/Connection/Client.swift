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
  private let avoidsConditionCache = Mutex(false)

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
    try rows(in: try answer(to: statement, isCancelled), isCancelled, row)
  }

  /// Sends a statement without waiting for its rows. It is not sent again if its answer gets lost.
  func begin(_ statement: Statement) -> RunningStatement {
    let id = newID()
    let task = session.dataTask(with: request(statement, id: id))
    let transfer = transfers.begin(task)
    task.resume()
    return RunningStatement(id: id, task: task, transfer: transfer)
  }

  /// Waits for the rows of a statement that was begun.
  func rows<Row>(
    of running: RunningStatement, isCancelled: () -> Bool,
    _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(ClickHouseError) -> [Row] {
    try rows(in: try answer(to: running, isCancelled), isCancelled, row)
  }

  private func rows<Row>(
    in bytes: [UInt8], _ isCancelled: () -> Bool,
    _ row: (inout RowReader) throws(ClickHouseError) -> Row
  ) throws(ClickHouseError) -> [Row] {
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

  /// Whether the server caches which parts of a table have no row that meets a condition, and this user may switch that off.
  static let asksForConditionCache: SQL = """
    SELECT toInt64(countIf(name = 'use_query_condition_cache' AND value = '1') AND NOT countIf(name = 'readonly' AND value = '1'))
    FROM system.settings WHERE name IN ('use_query_condition_cache', 'readonly')
    """

  /// From now on, statements neither use nor fill that cache. ClickHouse 26.9 also keeps in it which rows an inner join has
  /// dropped, after which statements without that join miss rows.
  func doNotUseConditionCache() { avoidsConditionCache.withLock { $0 = true } }

  private func answer(
    to statement: Statement, _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> [UInt8] {
    do throws(ClickHouseError) {
      return try answer(to: begin(statement), isCancelled)
    } catch {
      guard error.isWorthRetrying, !isCancelled() else { throw error }
      Thread.sleep(forTimeInterval: Self.secondsBeforeRetry)
      return try answer(to: begin(statement), isCancelled)
    }
  }

  private func answer(
    to running: RunningStatement, _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> [UInt8] {
    while !running.transfer.wait(milliseconds: Self.pollMilliseconds) {
      guard isCancelled() else { continue }
      running.task.cancel()
      kill(running.id)
      throw .cancelled
    }
    return try running.transfer.answer(from: address)
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
    if avoidsConditionCache.withLock(\.self) { items.append(("use_query_condition_cache", "0")) }
    items += statement.parameters.map { ("param_\($0.name)", $0.value) }
    guard let url = address.url(items) else { preconditionFailure("an address has a host and a port") }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = Data(statement.text.utf8)
    if let user = address.user { request.setValue(user, forHTTPHeaderField: "X-ClickHouse-User") }
    if let password { request.setValue(password, forHTTPHeaderField: "X-ClickHouse-Key") }
    return request
  }
}

/// A statement whose answer is on its way.
struct RunningStatement {
  fileprivate let id: String
  fileprivate let task: URLSessionDataTask
  fileprivate let transfer: Transfer
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

  /// Whether the answer is complete within this time.
  func wait(milliseconds: Int) -> Bool {
    done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
  }

  func answer(from address: Address) throws(ClickHouseError) -> [UInt8] {
    let state = state.withLock(\.self)
    if state.isTooLarge { throw .damagedAnswer("it has more than \(Client.maximumAnswerBytes) bytes") }
    if let failure = state.failure { throw ClickHouseError(failure, from: address) }
    guard let response = state.response else { throw .damagedAnswer("it is empty") }
    if response.status != 200 || response.code != nil {
      guard let code = response.code ?? serverErrorCode(in: state.bytes) else {
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
