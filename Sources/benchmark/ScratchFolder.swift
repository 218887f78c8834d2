#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import System

/// A new folder for what is made while measuring; goes with this object, and all that is in it.
final class ScratchFolder {
  let path: String

  /// Makes it in the folder that the system has for such things (`TMPDIR`).
  init() throws(BenchmarkError) {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array("\(parent)/footfall-benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system("make a folder in \(parent)", errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }
}
