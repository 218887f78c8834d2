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

  /// The bytes of all files in a folder in it.
  func bytes(in name: String) -> Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: path(name))) ?? []
    return paths.reduce(0) { $0 + fileSize("\(path(name))/\($1)") }
  }
}

/// The bytes of a file; 0 of a folder, or if there is none.
func fileSize(_ path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
}
