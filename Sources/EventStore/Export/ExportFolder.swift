import System

/// The folder of an export. Files have other names until all of them are complete.
final class ExportFolder {
  /// The names of all files that an export may have. The first is named last, so that it shows that all are complete.
  static let names = ["website_event.csv", "event_data.csv", "revenue.csv", "website.csv", "report.csv"]

  let path: String
  private let replacesFiles: Bool
  private let isNew: Bool
  private var unfinished: [(name: String, path: String)] = []

  /// Creates the folder if it does not exist.
  ///
  /// Throws `usage` if it is a file, or has files of an export that are not to be replaced.
  init(_ path: String, replacesFiles: Bool) throws(StoreError) {
    self.path = path
    self.replacesFiles = replacesFiles
    if path.isEmpty { throw .usage("\"\" is not a valid name of a folder; name the folder for the files") }
    isNew = mkdir(path, 0o777) == 0
    guard !isNew else { return }
    let code = errno
    guard code == EEXIST else {
      throw .inputOutput(path: path, operation: "create the folder", reason: String(cString: strerror(code)))
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .usage("\(path) is a file; the last argument of export is the folder for the files")
    }
    try checkNothingIsReplaced()
  }

  /// Throws `usage` if a file that an export into the folder may replace or remove is one of `sources`.
  static func check(_ path: String, hasNoneOf sources: [String]) throws(StoreError) {
    for name in names {
      guard let file = FileIdentity(path: "\(path)/\(name)") else { continue }
      for source in sources where FileIdentity(path: source)?.isSameFile(as: file) == true {
        throw .usage("\(path) has \(source), which is exported; name another folder for the files")
      }
    }
  }

  private func checkNothingIsReplaced() throws(StoreError) {
    if replacesFiles { return }
    for name in Self.names {
      var status = stat()
      if lstat("\(path)/\(name)", &status) == 0 {
        throw .usage("\(path)/\(name) exists; --force replaces it, or name another folder")
      }
    }
  }

  /// A new file, which gets this name at the end.
  func makeFile(_ name: String) throws(StoreError) -> OutputFile {
    let file = "\(path)/\(name).unfinished-\(getpid())"
    // Left behind by a killed process that had the same number.
    unlink(file)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .inputOutput(path: file, operation: "write", reason: String(cString: strerror(errno)))
    }
    unfinished.append((name, file))
    return OutputFile(descriptor, path: file)
  }

  /// Gives all files their names, and removes those of an earlier export that have no successor.
  func finish() throws(StoreError) {
    try checkNothingIsReplaced()
    for name in Self.names where !unfinished.contains(where: { $0.name == name }) {
      unlink("\(path)/\(name)")
    }
    for name in Self.names.reversed() {
      guard let file = unfinished.first(where: { $0.name == name }) else { continue }
      guard rename(file.path, "\(path)/\(name)") == 0 else {
        throw .inputOutput(
          path: "\(path)/\(name)", operation: "rename", reason: String(cString: strerror(errno)))
      }
    }
    unfinished = []
  }

  /// Removes what was not finished.
  func discard() {
    for file in unfinished { unlink(file.path) }
    unfinished = []
    if isNew { rmdir(path) }
  }
}
