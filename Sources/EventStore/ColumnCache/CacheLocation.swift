import System

/// Where columns are cached for the next process.
public enum CacheLocation: Sendable {
  /// No cache.
  case none
  /// For an SQLite file, next to it under its name plus `-columns`. For files of rows, in the user's cache
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
      CacheFolder(path: "\(folder)/\(name([path]))", sources: [path])
    }
  }

  /// All directories that may have columns of the SQLite file at `path`: in a directory for all stores also those whose
  /// hash another version chose, and with them those of other stores with the same file name.
  func allFolders(forStore path: String) -> [CacheFolder] {
    guard let standard = self.folder(forStore: path) else { return [] }
    guard case .folder(let folder) = self else { return [standard] }
    let file = fileName(realPath(path))
    let others = entries(of: folder).filter { Self.isName($0, ofFile: file) }
      .map { CacheFolder(path: "\(folder)/\($0)", sources: [path]) }
    return [standard] + others.filter { $0 != standard }
  }

  /// Whether it is `file`, a hash and the suffix.
  private static func isName(_ name: String, ofFile file: Substring) -> Bool {
    guard name.hasPrefix("\(file)-"), name.hasSuffix(suffix) else { return false }
    let hash = name.utf8.dropFirst(file.utf8.count + 1).dropLast(suffix.utf8.count)
    return hash.count == hexadecimal(UInt64.max).utf8.count
      && hash.allSatisfy { byte in
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
      }
  }

  /// The directory of the cache of these files of rows, read by these rules.
  func folder(forFiles paths: [String], _ rules: ReadingRules) -> CacheFolder? {
    switch self {
    case .none, .standard(nil): nil
    case .standard(let folder?), .folder(let folder):
      CacheFolder(path: "\(folder)/\(name(paths, rules))", sources: paths)
    }
  }

  /// A readable name, followed by a hash of all paths, and of the rules if each reading has a cache of its own.
  private func name(_ paths: [String], _ rules: ReadingRules? = nil) -> String {
    let paths = paths.map(realPath)
    let parts = rules.map { paths + [$0.spelling] } ?? paths
    let identity = CacheKey.published.checksum(Array(parts.joined(separator: "\0").utf8), of: .text)
    return "\(fileName(paths[0]))-\(hexadecimal(identity))\(Self.suffix)"
  }

  private static let suffix = "-columns"

  private func fileName(_ path: String) -> Substring {
    path.unicodeScalars.split(separator: "/").last.map { Substring($0) } ?? ""
  }
}
