import Engine
import Foundation
import System
import Testing

@testable import EventStore

/// Files that another program decompresses, and pipes that do not fit into memory.
struct CompressedFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let rows = "session_id,created_at\na,1500000000\nb,1500000001\n"

  /// Compresses a file with the system's program, which replaces it, and returns the new path.
  private func compress(_ name: String, _ text: String, _ program: String, _ suffix: String) throws -> String
  {
    try compress(name, Array(text.utf8), program, suffix)
  }

  private func compress(_ name: String, _ bytes: [UInt8], _ program: String, _ suffix: String) throws
    -> String
  {
    let path = try folder.write(name, bytes)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, path]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return path + suffix
  }

  private func sessions(_ path: String) throws -> [String] {
    try SeenRows(csv: [path]).events.map(\.sessionID)
  }

  private func refused(_ path: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation)
  {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try SeenRows(csv: [path]) }
    let text = error.map { "\($0)".replacing("\(folder.path)/", with: "") } ?? ""
    #expect(text.hasPrefix(expected), "\(text)", sourceLocation: sourceLocation)
  }

  private static func isInstalled(_ program: String) -> Bool {
    ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
      access("\($0)/\(program)", X_OK) == 0
    }
  }

  @Test(arguments: [("gzip", ".gz"), ("zstd", ".zst"), ("xz", ".xz"), ("bzip2", ".bz2")])
  func `a compressed file is read as the file in it`(program: String, suffix: String) throws {
    guard Self.isInstalled(program) else { return }
    #expect(try sessions(compress("rows.csv", Self.rows, program, suffix)) == ["a", "b"])
    let dump = "COPY website_event (session_id, created_at) FROM stdin;\nc\t1500000000\n\\.\n"
    #expect(try sessions(compress("dump.sql", dump, program, suffix)) == ["c"])
  }

  @Test func `a compressed file has its own identity, and its rows may be more than memory`() throws {
    let text =
      "session_id,created_at,page_title\n" + String(repeating: "a,1500000000,title\n", count: 4 << 20)
    #expect(text.utf8.count > Spool.memoryBytes)
    let path = try compress("large.csv", text, "gzip", ".gz")
    let contents = try FileContents(path: path).decompressed(ReadingResources())
    #expect(contents.identity == FileIdentity(path: path))
    #expect(contents.descriptor != nil)
    withExtendedLifetime(contents) { #expect(contents.bytes.elementsEqual(text.utf8)) }
  }

  @Test func `a file that cannot be decompressed is refused`() throws {
    refused(
      try folder.write("cut.gz", [0x1F, 0x8B, 8, 0]),
      "cut.gz cannot be decompressed: gzip ended with exit status 1: gzip: ")
    let inner = try compress("inner", "x", "gzip", ".gz")
    try FileManager.default.moveItem(atPath: inner, toPath: folder.file("outer"))
    let outer = try compress("outer", try folder.read("outer"), "gzip", ".gz")
    refused(outer, "outer.gz is compressed twice; decompress it once with gzip -d")
    let store = try compress("store", Array("SQLite format 3\0".utf8), "gzip", ".gz")
    refused(store, "store.gz contains an SQLite file; decompress it with gzip -d, and name that file")
  }

  @Test func `decompression is cancelled`() throws {
    let path = try compress("rows.csv", Self.rows, "gzip", ".gz")
    let contents = try FileContents(path: path)
    #expect(throws: StoreError.cancelled) {
      try contents.decompressed(ReadingResources(isCancelled: { true }))
    }
  }

  @Test func `a temporary folder that does not exist is named`() throws {
    let path = try compress("rows.csv", Self.rows, "gzip", ".gz")
    let contents = try FileContents(path: path)
    let error = #expect(throws: StoreError.self) {
      try contents.decompressed(ReadingResources(temporaryFolder: folder.file("none")))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("TMPDIR names another folder"))
  }

  @Test func `a program that is missing, fails or is killed leaves no process behind`() throws {
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(throws: SystemFailure(errno: ENOENT)) {
      _ = try ChildProcess("footfall-no-such-program", [], input: null, errors: null)
    }
    let failing = try ChildProcess("sh", ["-c", "exit 3"], input: null, errors: null)
    #expect(failing.wait() == .status(3))
    let killed = try ChildProcess("sh", ["-c", "kill -9 $$"], input: null, errors: null)
    #expect(killed.wait() == .signal(9))
    // One that runs for ever ends with its object.
    _ = try ChildProcess("sleep", ["1000"], input: null, errors: null)
  }

  @Test func `what begins with NULs is read no further, and devices are refused`() throws {
    let nuls = [UInt8](repeating: 0, count: Spool.refusedNULs)
    refused(
      try compress("zeros", nuls + [1], "gzip", ".gz"),
      "zeros.gz begins with NUL bytes; it is neither text nor compressed")
    refused(
      try compress("fewer", nuls.dropLast() + [1], "gzip", ".gz"),
      "fewer.gz is neither an SQLite file nor CSV: in its first line, the row contains a NUL byte")
    for device in ["/dev/zero", "/dev/urandom", "/dev/full"] where access(device, R_OK) == 0 {
      refused(device, "\(device) is a device; name a file or a pipe")
    }
    refused("/dev/null", "/dev/null is empty")
  }

  @Test(arguments: [0, 1, 9, 10, 11, 25]) func `a spool is the same in memory and in a file`(count: Int)
    throws
  {
    let bytes = (0..<count).map { UInt8($0) }
    var spool = Spool(path: "x", in: folder.path, memoryBytes: 10)
    for byte in bytes { try [byte].withUnsafeBytes { piece in try spool.append(piece) } }
    let contents = try FileContents(path: "x", spool, identity: nil)
    withExtendedLifetime(contents) { #expect(Array(contents.bytes) == bytes) }
    #expect((contents.descriptor != nil) == (count > 10))
    #expect(try folder.names() == [])
  }
}
