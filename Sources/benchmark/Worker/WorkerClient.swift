import System
import Dispatch
import JSON

/// A running `footfall serve`, accessed through its pipes.
struct WorkerClient {
  let process: ChildProcess
  private var replies: LineInput

  init(_ footfall: String, serving store: [String], _ cache: Cache) throws(BenchmarkError) {
    process = try ChildProcess(executable: footfall, arguments: ["serve"] + cache.arguments + store)
    replies = LineInput(process.output)
  }

  /// Where the worker caches columns.
  enum Cache {
    case none
    /// Next to the store, if it is the only file.
    case besideStore
    case folder(String)

    var arguments: [String] {
      switch self {
      case .none: ["--no-cache"]
      case .besideStore: []
      case .folder(let path): ["--cache", path]
      }
    }
  }

  /// Sends one request and waits for its reply, which is not inspected.
  mutating func send(_ request: [UInt8]) throws(BenchmarkError) -> [UInt8] {
    guard writeAll(process.input, request) else {
      throw .worker("the worker ended before it was asked")
    }
    return try readReply()
  }

  /// Sends one request and returns its result.
  mutating func result(of request: [UInt8]) throws(BenchmarkError) -> JSONValue {
    let reply = try send(request)
    if let value = try? JSONValue(parsing: reply), let result = value["result"] { return result }
    throw .worker("the worker replied \(String(decoding: reply.prefix(500), as: UTF8.self))")
  }

  /// Sends a request `times` times without waiting, then waits for all replies.
  mutating func send(_ request: [UInt8], times: Int) throws(BenchmarkError) {
    // The requests exceed the capacity of a pipe; a client that writes without reading would block forever.
    let writing = DispatchGroup()
    DispatchQueue.global().async(group: writing) { [input = process.input] in
      let burst = 100
      let many = Array(repeatElement(request, count: burst).joined())
      for first in stride(from: 0, to: times, by: burst) {
        let count = min(burst, times - first)
        guard writeAll(input, Array(many.prefix(count * request.count))) else { return }
      }
    }
    defer { writing.wait() }
    for _ in 0..<times { _ = try readReply() }
  }

  private mutating func readReply() throws(BenchmarkError) -> [UInt8] {
    guard let reply = try replies.next() else {
      throw .worker("the worker ended without a reply; what it said stands above")
    }
    return reply
  }
}
