#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import System

/// A new directory for temporary files. It is deleted with all of its contents when this object is released.
final class ScratchFolder {
  let path: String

  /// Creates it in the system's temporary directory (`TMPDIR`).
  init() throws(BenchmarkError) {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array("\(parent)/footfall-benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system("make a folder in \(parent)", errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }
}
