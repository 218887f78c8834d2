import Engine
import Threads

/// Columns on disk, next to the store or in a folder for caches: derived from the rows, safe to delete at any
/// time, and made again where it is missing, damaged, or of other rows.
///
/// One file a partition, one for the dictionaries of each website, and the manifest, which is replaced last:
/// until then the old files are what counts.
final class ColumnCache {
  static let partitionSuffix = ".columns"
  static let dictionarySuffix = ".texts"

  let folder: CacheFolder
  private let threads: Int
  private let diagnostics: Diagnostics
  /// Said once each.
  private var hasReportedDamage = false
  private var hasReportedFailure = false
  /// The rows of the last update that this process has written, or tried to write.
  private var lastUpdate: SourceFingerprint?

  init(folder: CacheFolder, threads: Int, diagnostics: @escaping Diagnostics) {
    self.folder = folder
    self.threads = threads
    self.diagnostics = diagnostics
  }

  /// Whether there are files, good or not.
  var isStarted: Bool { folder.open()?.identity(of: CacheFolder.manifestName) != nil }

  /// The columns that are there, written with `key`, and the fingerprint of the rows that they were made from; nil if
  /// there are none.
  func latest(_ key: CacheKey) -> (columns: StoreColumns, fingerprint: SourceFingerprint)? {
    guard let folder = folder.open(), let manifest = manifest(folder, key) else { return nil }
    return (StoreColumns(manifest, folder), manifest.fingerprint)
  }

  /// Takes the lock, to write what is made of the rows as they are now; nil if another process writes, or
  /// nothing can be written.
  func beginWriting(_ fingerprint: SourceFingerprint) -> CacheLock? {
    reportingFailure { () throws(StoreError) in
      guard let lock = try folder.lock() else { return nil }
      if try lock.isLater(than: fingerprint.latestChange) { return lock }
      // The change log tells rows apart where files do not.
      if case .position = fingerprint.state { return lock }
      return nil
    }
  }

  /// The same for columns that were brought up to date; nil also if little has changed since that was done last: if
  /// events come one by one, whole months would be written again for each. The next process brings up to date what is
  /// not written.
  func beginUpdating(_ fingerprint: SourceFingerprint) -> CacheLock? {
    if let lastUpdate, !fingerprint.isFar(from: lastUpdate) { return nil }
    lastUpdate = fingerprint
    return beginWriting(fingerprint)
  }

  /// Writes `columns`, made of the rows that `fingerprint` stands for; what is in files already stays there. Rows that
  /// have changed since the lock was taken may change again without that it shows, so theirs are not kept.
  ///
  /// Of a store with a record somebody may have written its log back since. What changes afterwards shows in its files
  /// from the next tick of the clock on; so `isCurrent` is asked then whether the rows are still those.
  func write(
    _ columns: StoreColumns, fingerprint: SourceFingerprint, holding lock: CacheLock,
    isCurrent: () -> Bool = { true }
  ) {
    _ = reportingFailure { () throws(StoreError) -> Void? in
      defer { withExtendedLifetime(lock) {} }
      var fingerprint = fingerprint
      if case .position = fingerprint.state {
        if try !lock.isLater(than: fingerprint.latestChange) || !isCurrent() {
          fingerprint = fingerprint.withoutFiles
        }
      } else if fingerprint.latestChange >= lock.taken {
        return nil
      }
      do throws(StoreError) {
        try write(columns, fingerprint, to: lock.folder)
      } catch {
        // If there is no room, what is of no use must not take any.
        lock.folder.removeAll(but: manifest(lock.folder, fingerprint.key)?.fileNames ?? [])
        throw error
      }
      return nil
    }
  }

  private func write(
    _ columns: StoreColumns, _ fingerprint: SourceFingerprint, to folder: OpenCacheFolder
  ) throws(StoreError) {
    var websites: [Manifest.Website] = []
    for website in columns.websites {
      guard let files = try files(of: website, in: folder, fingerprint.key) else { return }
      websites.append(files)
    }
    // What was written again was looked at for that; what takes the place of damage must not pass for it.
    guard columns.damagedPath == nil else { return }
    try write(
      Manifest(fingerprint: fingerprint, diagnostics: columns.diagnostics, websites: websites), to: folder)
    for (place, files) in websites.enumerated() { columns.note(files, of: place) }
  }

  /// A cache that cannot be written is no reason not to answer.
  private func reportingFailure<Result>(_ body: () throws(StoreError) -> Result?) -> Result? {
    do throws(StoreError) {
      return try body()
    } catch {
      if !hasReportedFailure { diagnostics("cannot write the column cache: \(error)") }
      hasReportedFailure = true
      return nil
    }
  }

  /// Says that a file of the cache is not as it was written, and that it does not count.
  func reportDamage(_ path: String) { reportUnused("\(path) is damaged") }

  /// Says why a file of the cache does not count. One that is missing was only in the way of another process.
  func report(_ error: ColumnCacheError) {
    switch error {
    case .missing: break
    case .damaged(let path): reportDamage(path)
    case .untrusted(let path, let reason): reportUnused("\(path) is not used: \(reason)")
    }
  }

  private func reportUnused(_ what: String) {
    if !hasReportedDamage { diagnostics("\(what); rebuilding the columns from the rows") }
    hasReportedDamage = true
  }

  private func manifest(_ folder: OpenCacheFolder, _ key: CacheKey) -> Manifest? {
    let file: CacheFile
    do throws(ColumnCacheError) {
      file = try CacheFile(CacheFolder.manifestName, in: folder)
    } catch {
      report(error)
      return nil
    }
    do throws(Manifest.Defect) {
      guard file.bytes.count <= Manifest.maximumBytes else { throw .damaged }
      return try Manifest(encoded: file.copy(), key)
    } catch {
      // What another version has left, or was made for another store, is as good as none.
      if error == .damaged { reportDamage(file.path) }
      return nil
    }
  }

  private func write(_ manifest: Manifest, to folder: OpenCacheFolder) throws(StoreError) {
    try folder.replace(CacheFolder.manifestName) { file throws(StoreError) in
      try file.write(manifest.encoded)
    }
    folder.removeAll(but: manifest.fileNames)
  }

  /// The files of a website, which are written as far as they are missing; nil if that cannot be done.
  private func files(
    of website: StoreColumns.Website, in folder: OpenCacheFolder, _ key: CacheKey
  ) throws(StoreError) -> Manifest.Website? {
    if let files = website.files { return files.all.allSatisfy { stands($0, folder) } ? files : nil }
    guard let columns = website.columns else { return nil }
    return Manifest.Website(
      id: website.id, overview: website.overview,
      dictionaries: try dictionaries(of: columns, in: folder, key),
      partitions: try partitions(of: columns, known: website.partitionFiles, in: folder, key))
  }

  /// Whether the file is still there: another process may have put other columns in its place.
  private func stands(_ file: ColumnFileReference, _ folder: OpenCacheFolder) -> Bool {
    folder.identity(of: file.name)?.byteCount == Int64(file.byteCount)
  }

  private func dictionaries(
    of website: WebsiteColumns, in folder: OpenCacheFolder, _ key: CacheKey
  ) throws(StoreError) -> ColumnFileReference {
    try ColumnFile.write(
      website.dictionarySections, to: folder, key: key, prefix: "dictionaries", suffix: Self.dictionarySuffix)
  }

  private func partitions(
    of website: WebsiteColumns, known: [ObjectIdentifier: ColumnFileReference],
    in folder: OpenCacheFolder, _ key: CacheKey
  ) throws(StoreError) -> [ColumnFileReference] {
    let partitions = website.partitions
    let written = concurrentMap(partitions.count, threads: threads) { number in
      Result { () throws(StoreError) in
        if let file = known[ObjectIdentifier(partitions[number])], stands(file, folder) { return file }
        return try ColumnFile.write(
          partitions[number].sections, to: folder, key: key, prefix: partitions[number].monthName,
          suffix: Self.partitionSuffix)
      }
    }
    var references: [ColumnFileReference] = []
    for result in written { references.append(try result.get()) }
    return references
  }
}

extension Partition {
  /// `2025-03`.
  fileprivate var monthName: String {
    let (year, month) = (1970 + month.floorDivided(by: 12), month - month.floorDivided(by: 12) * 12 + 1)
    return "\(year)-\(month < 10 ? "0" : "")\(month)"
  }
}

extension Int {
  fileprivate func floorDivided(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}
