public import Foundation

/// The built `footfall`, run as its users run it: as a child process with pipes.
public struct BuiltBinary {
  /// The executable that was built with these tests.
  public static let url = URL(fileURLWithPath: CommandLine.arguments[0])
    .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("footfall")

  /// The checkout.
  public static let checkout = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Whether Python has a module, as `.ci/run` makes sure.
  public static func pythonHas(_ module: String) -> Bool {
    let env = URL(fileURLWithPath: "/usr/bin/env")
    return (try? run(["python3", "-c", "import \(module)"], executable: env))?.exitCode == 0
  }

  public struct Outcome {
    public let output: Data
    /// What was written to standard error, without progress, which is shown when a run takes long.
    public let errors: String
    public let exitCode: Int32

    /// The lines of the output, each without its end.
    public var lines: [String] {
      String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map(String.init)
    }
  }

  /// Runs `executable`, footfall where none is given, to its end with `input` on its standard input.
  public static func run(
    _ arguments: [String], executable: URL = url, input: Data = Data(), in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let started = try start(
      arguments, executable: executable, input: input, in: folder, environment: environment)
    return try started.finish()
  }

  /// Starts it, and leaves it running.
  public static func start(
    _ arguments: [String], executable: URL = url, input: Data = Data(), in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> StartedProcess {
    let scratch = try TemporaryFolder()
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? checkout
    // What the user keeps in caches is none of the tests' business.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["XDG_CACHE_HOME": scratch.path("cache")]) { $1 }.merging(environment) { $1 }
    return try StartedProcess(process, input: input, scratch: scratch)
  }
}

/// Standard error without the lines that show progress.
func withoutProgress(_ errors: String) -> String {
  errors.split(separator: "\n", omittingEmptySubsequences: false)
    .filter { $0.firstMatch(of: #/^footfall: +([0-9]+ % +)?[0-9]+ of [0-9]+ (MB |sections, now )/#) == nil }
    .joined(separator: "\n")
}

/// A process that runs by itself.
public final class StartedProcess {
  private let process: Process
  private let scratch: TemporaryFolder

  // Files take the place of pipes where nothing depends on the difference: no deadlock can come of it.
  fileprivate init(_ process: Process, input: Data, scratch: TemporaryFolder) throws {
    self.process = process
    self.scratch = scratch
    process.standardInput = try FileHandle(
      forReadingFrom: URL(fileURLWithPath: try scratch.file("in", input)))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: try scratch.file("out")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: try scratch.file("err")))
    try process.run()
  }

  public var isRunning: Bool { process.isRunning }

  public var processIdentifier: Int32 { process.processIdentifier }

  /// Waits for its end.
  public func finish() throws -> BuiltBinary.Outcome {
    process.waitUntilExit()
    return BuiltBinary.Outcome(
      output: try Data(contentsOf: URL(fileURLWithPath: scratch.path("out"))),
      errors: withoutProgress(
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.path("err"))), as: UTF8.self)),
      exitCode: process.terminationStatus)
  }

  /// Ends it without a chance to do anything; false where it has ended by itself before.
  public func endByForce() -> Bool {
    let wasRunning = process.isRunning
    if wasRunning { _ = kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return wasRunning && process.terminationReason == .uncaughtSignal
  }
}

/// A folder of its own, removed with everything in it when this is gone.
public final class TemporaryFolder {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("footfall-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  public func file(_ name: String, _ content: String = "") throws -> String {
    try file(name, Data(content.utf8))
  }

  public func file(_ name: String, _ content: Data) throws -> String {
    let file = url.appendingPathComponent(name)
    try content.write(to: file)
    return file.path
  }

  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
