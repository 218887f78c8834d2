import Foundation

/// A running `footfall` that is asked one request after the other over pipes.
public final class ConversingWorker {
  private let process = Process()
  private let (input, output, errors) = (Pipe(), Pipe(), Pipe())
  private var received = Data()

  public init(_ arguments: [String], environment: [String: String]) throws {
    process.executableURL = BuiltBinary.url
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// The reply to `request`; nil where the worker has ended.
  public func ask(_ request: String) throws -> String? {
    try input.fileHandleForWriting.write(contentsOf: Data("\(request)\n".utf8))
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received = Data(received[received.index(after: end)...]) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      received += more
    }
  }

  /// Ends the input and waits for the end of the process: its exit code, and what it has said.
  public func finish() throws -> (exitCode: Int32, errors: String) {
    try input.fileHandleForWriting.close()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }
}
