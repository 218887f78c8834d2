/// Where columns are cached for the next process.
public enum CacheLocation: Sendable {
  /// No cache.
  case none
  /// For an SQLite file, next to it under its name plus `-columns`. For CSV files, in the user's cache
  /// directory; no cache if that is nil.
  case standard(userFolder: String?)
  /// In this directory, with a subdirectory for each store.
  case folder(String)
}

extension CacheLocation {
  /// The directory of the cache of the SQLite file at `path`.
  func folder(forStore path: String) -> CacheFolder? {
    switch self {
    case .none: nil
    // Next to the file itself, not next to a symbolic link to it, as SQLite does with a database's other
    // files.
    case .standard: CacheFolder(path: "\(realPath(path))-columns", sources: [path])
    case .folder(let folder):
      CacheFolder(path: "\(folder)/\(name([path], ReadingRules()))", sources: [path])
    }
  }

  /// The directory of the cache of these CSV files, read by these rules.
  func folder(forFiles paths: [String], _ rules: ReadingRules) -> CacheFolder? {
    switch self {
    case .none, .standard(nil): nil
    case .standard(let folder?), .folder(let folder):
      CacheFolder(path: "\(folder)/\(name(paths, rules))", sources: paths)
    }
  }

  /// A readable name, followed by a hash of all paths and rules.
  private func name(_ paths: [String], _ rules: ReadingRules) -> String {
    let paths = paths.map(realPath)
    let identity = CacheKey.published.checksum(
      Array((paths + [rules.spelling]).joined(separator: "\0").utf8), of: .text)
    let file = paths[0].split(separator: "/").last ?? ""
    return "\(file)-\(hexadecimal(identity))-columns"
  }
}
