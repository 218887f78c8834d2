/// Where columns are kept for the next process.
public enum CacheLocation: Sendable {
  /// Nowhere.
  case none
  /// Beside an SQLite file, under its name and `-columns`; for CSV files in the user's folder for caches,
  /// nowhere where that is nil.
  case standard(userFolder: String?)
  /// In a folder of this folder, for every store one of its own.
  case folder(String)
}

extension CacheLocation {
  /// The folder of the cache of the SQLite file at `path`.
  func folder(forStore path: String) -> CacheFolder? {
    switch self {
    case .none: nil
    // As SQLite names the files that belong to its file: by what links lead to.
    case .standard: CacheFolder(path: "\(realPath(path))-columns", sources: [path])
    case .folder(let folder):
      CacheFolder(path: "\(folder)/\(name([path], ReadingRules()))", sources: [path])
    }
  }

  /// The folder of the cache of these CSV files, read by these rules.
  func folder(forFiles paths: [String], _ rules: ReadingRules) -> CacheFolder? {
    switch self {
    case .none, .standard(nil): nil
    case .standard(let folder?), .folder(let folder):
      CacheFolder(path: "\(folder)/\(name(paths, rules))", sources: paths)
    }
  }

  /// A name for people, and the rest of what it stands for as a number.
  private func name(_ paths: [String], _ rules: ReadingRules) -> String {
    let paths = paths.map(realPath)
    let identity = CacheKey.published.checksum(
      Array((paths + [rules.spelling]).joined(separator: "\0").utf8), of: .text)
    let file = paths[0].split(separator: "/").last ?? ""
    return "\(file)-\(hexadecimal(identity))-columns"
  }
}
