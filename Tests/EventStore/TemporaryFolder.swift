import Foundation

/// A folder of its own for a test's files, gone with this object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/footfall-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Puts the file `other` in the place of `name`.
  func replace(_ name: String, by other: String) throws {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file(name) + suffix) }
    try FileManager.default.moveItem(atPath: file(other), toPath: file(name))
  }

  /// Writes a file and gives its path.
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  /// The names of what is in the folder, ascending.
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

/// Collects lines of diagnostics.
final class Lines {
  private(set) var all: [String] = []

  func add(_ line: String) { all.append(line) }
  func clear() { all = [] }
}

/// The path of a file of the golden events.
func goldenFile(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden/events/\(name)").path
}

/// The first lines of a file of the golden events, its header among them; an event may have several.
func goldenLines(_ name: String, _ count: Int) throws -> String {
  let text = try String(contentsOfFile: goldenFile(name), encoding: .utf8)
  return text.split(separator: "\n").prefix(count).map { "\($0)\n" }.joined()
}
