import Foundation
import FoundationNetworking
import Synchronization

/// Sends statements to a ClickHouse server over its HTTP interface, one at a time, and reads their rows.
///
/// Every statement has a `query_id`, under which it is cancelled on the server, and limits of time and memory. The server holds
/// an answer back until it is complete (`wait_end_of_query`), so that an error is never in the middle of rows. A statement that
/// failed before anything was answered is sent once more.
final class Client: Sendable {
  private static let secondsBeforeRetry = 0.25

  private let address: Address
  private let password: String?
  private let session: URLSession
  private let transfers = Transfers()
  private let newID: @Sendable () -> String

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
      while !reader.isAtEnd { rows.append(try row(&reader)) }
    } catch {
      // Old servers put an error behind the rows.
      guard let code = serverErrorCode(in: bytes) else { throw error }
      throw ClickHouseError(code: code, text: String(decoding: bytes.suffix(4096), as: UTF8.self), address)
    }
    return rows
  }

  private func answer(
    to statement: Statement, _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> [UInt8] {
    do throws(ClickHouseError) {
      return try attempt(statement, isCancelled)
    } catch {
      guard error.isWorthRetrying, !isCancelled() else { throw error }
      // A server that is restarted needs a moment.
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
    while !transfer.wait(milliseconds: 20) {
      guard isCancelled() else { continue }
      task.cancel()
      kill(id)
      throw .cancelled
    }
    return try transfer.answer(from: address)
  }

  /// Cancels a query on the server, without waiting for the end of it.
  private func kill(_ id: String) {
    let statement = Statement("KILL QUERY WHERE query_id = \(value: id) ASYNC")
    let task = session.dataTask(with: request(statement, id: newID()))
    let transfer = transfers.begin(task)
    task.resume()
    _ = transfer.wait(milliseconds: 1000)
  }

  private func request(_ statement: Statement, id: String) -> URLRequest {
    var items = [
      ("database", address.database), ("query_id", id), ("wait_end_of_query", "1"),
      ("default_format", "RowBinary"),
    ]
    if let seconds = address.limits.seconds { items.append(("max_execution_time", "\(seconds)")) }
    if let bytes = address.limits.memoryBytes { items.append(("max_memory_usage", "\(bytes)")) }
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

/// The answers that are on their way, by the tasks of a session.
private final class Transfers: NSObject, URLSessionDataDelegate {
  private let transfers = Mutex<[Int: Transfer]>([:])

  func begin(_ task: URLSessionDataTask) -> Transfer {
    let transfer = Transfer()
    transfers.withLock { $0[task.taskIdentifier] = transfer }
    return transfer
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    transfers.withLock { $0[dataTask.taskIdentifier] }?.add(data)
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
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  func add(_ data: Data) { state.withLock { $0.bytes.append(contentsOf: data) } }

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
    if let failure = state.failure { throw ClickHouseError(failure, from: address) }
    guard let response = state.response else { throw .damagedAnswer("it is empty") }
    if response.status != 200 || response.code != nil {
      guard let code = response.code ?? serverErrorCode(in: state.bytes) else {
        throw .damagedAnswer(
          "it has the HTTP status \(response.status); is \(address.host) a ClickHouse server?")
      }
      throw ClickHouseError(
        code: code, text: String(decoding: state.bytes.prefix(4096), as: UTF8.self), address)
    }
    // Nobody but the server knows the tag, so no text of an event can look like an error.
    if let tag = response.tag, state.bytes.ends(with: "\(tag)\r\n__exception__\r\n"),
      let code = serverErrorCode(in: state.bytes)
    {
      let text = String(decoding: state.bytes.suffix(4096), as: UTF8.self)
      throw ClickHouseError(code: code, text: text, address)
    }
    return state.bytes
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
