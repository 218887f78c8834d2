public import Foundation

/// A running `footfall serve`, to be asked one thing after the other.
public final class RunningWorker {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var received = Data()
  /// Where the bytes begin that no reply was made of.
  private var unread = 0

  /// What it has written to its standard error, once it has ended.
  public private(set) var errors = ""
  private let errorFile: URL
  private let scratch: TemporaryFolder

  /// - Parameters:
  ///   - launcher: A command to which that of the worker is added, and which becomes the worker.
  ///   - environment: What is added to the test's own; the user's caches are none of its business.
  public init(
    _ arguments: [String], launcher: [String] = [], environment: [String: String] = [:]
  ) throws {
    // A worker that has ended must not end the tests when they write to it.
    signal(SIGPIPE, SIG_IGN)
    scratch = try TemporaryFolder()
    errorFile = scratch.url.appendingPathComponent("err")
    try Data().write(to: errorFile)
    let command = launcher + [BuiltBinary.url.path, "serve"] + arguments
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment
      .merging(["XDG_CACHE_HOME": scratch.path("cache")]) { $1 }.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
  }

  deinit { if process.isRunning { process.terminate() } }

  public var isRunning: Bool { process.isRunning }

  /// What has come behind the last line that was received.
  public var rest: Data { Data(received[unread...]) }

  /// Sends a line and waits for the line that answers it.
  public func ask(_ request: String) throws -> String {
    try send(Data("\(request)\n".utf8))
    return String(decoding: try receive(), as: UTF8.self)
  }

  /// Sends bytes, and waits for nothing.
  public func send(_ bytes: Data) throws { try input.fileHandleForWriting.write(contentsOf: bytes) }

  /// Waits for the next line that it writes, which comes without its end.
  public func receive() throws -> Data {
    var searched = unread
    while true {
      if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread = end + 1 }
        return received[unread..<end]
      }
      received = Data(received[unread...])
      (unread, searched) = (0, received.count)
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Ended() }
      received.append(more)
    }
  }

  /// Waits until it writes no more because nobody reads: nothing has come to what waits in the pipe for a while.
  public func waitUntilHeldUp() {
    var (waiting, unchanged): (CInt, Int) = (0, 0)
    while waiting == 0 || unchanged < 30 {
      usleep(10_000)
      var now: CInt = 0
      _ = ioctl(output.fileHandleForReading.fileDescriptor, UInt(FIONREAD), &now)
      unchanged = now == waiting ? unchanged + 1 : 0
      waiting = now
    }
  }

  /// The number of its process.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// Ends its input and gives its exit code.
  public func stop() throws -> Int32 {
    try input.fileHandleForWriting.close()
    return try finish()
  }

  /// Waits for its end and gives its exit code, or the signal that has ended it, below 0.
  public func finish() throws -> Int32 {
    process.waitUntilExit()
    errors = withoutProgress(String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// Ends it without a chance to do anything, so many microseconds from now.
  public func endByForce(after microseconds: UInt32 = 0) {
    let id = process.processIdentifier
    if microseconds == 0 {
      kill(id, SIGKILL)
    } else {
      Thread.detachNewThread {
        usleep(microseconds)
        kill(id, SIGKILL)
      }
    }
  }

  /// Waits for its end; false where it has ended by itself.
  public func wasEndedByForce() -> Bool {
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  /// The worker has ended without an answer.
  public struct Ended: Error {}
}
