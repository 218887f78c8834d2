import Calendar
import Engine
import Threads

/// The columns of a store on disk, next to the store or in a cache directory. The cache is derived data: it
/// is safe to delete at any time, and is rebuilt if it is missing, damaged, or built from other rows.
///
/// The cache has one file per partition, one file per website for its dictionaries, the same for the measurements of a
/// website that has some, and the manifest. The
/// manifest is replaced last; until then the old files are the cache.
final class ColumnCache {
  static let partitionSuffix = ".columns"
  static let dictionarySuffix = ".texts"

  let folder: CacheFolder
  private let threads: Int
  private let diagnostics: Diagnostics
  /// Each is reported once.
  private var hasReportedDamage = false
  private var hasReportedFailure = false
  /// The fingerprint of the last update that this process wrote or tried to write.
  private var lastUpdate: SourceFingerprint?

  init(folder: CacheFolder, threads: Int, diagnostics: @escaping Diagnostics) {
    self.folder = folder
    self.threads = threads
    self.diagnostics = diagnostics
  }

  /// Whether the cache has a manifest, valid or not.
  var isStarted: Bool { folder.open()?.identity(of: CacheFolder.manifestName) != nil }

  /// The cached columns, which were written with `key`, and the fingerprint of the rows from which they were
  /// built; nil if there are none.
  func latest(_ key: CacheKey) -> (columns: StoreColumns, fingerprint: SourceFingerprint)? {
    guard let folder = folder.open(), let manifest = manifest(folder, key) else { return nil }
    return (StoreColumns(manifest, folder), manifest.fingerprint)
  }

  /// Takes the lock, in order to cache the columns of the current rows; nil if another process is writing, or
  /// if nothing can be written.
  func beginWriting(_ fingerprint: SourceFingerprint) -> CacheLock? {
    reportingFailure { () throws(StoreError) in
      guard let lock = try folder.lock() else { return nil }
      if try lock.isLater(than: fingerprint.latestChange) { return lock }
      // The change log distinguishes rows that the files do not.
      if case .position = fingerprint.state { return lock }
      return nil
    }
  }

  /// The same for columns after an incremental load. Also nil if little has changed since the last update was
  /// written: if events arrive one by one, each would rewrite whole months. The next process repeats an
  /// update that was not written.
  func beginUpdating(_ fingerprint: SourceFingerprint) -> CacheLock? {
    if let lastUpdate, !fingerprint.hasManyChanges(since: lastUpdate) { return nil }
    lastUpdate = fingerprint
    return beginWriting(fingerprint)
  }

  /// Writes `columns`, built from the rows with this `fingerprint`. Columns that are already in files are not
  /// written again. If the files have changed since the lock was taken, a further change within the same
  /// clock tick would be invisible, so the columns are not cached.
  ///
  /// In a store with a change log, another process may have written the log back into the file since. From
  /// the next clock tick on, every further change is visible in the files; so after that tick `isCurrent`
  /// checks that the rows are still the same.
  ///
  /// - Parameter isAccepted: Whether the store still accepts columns with the key of `fingerprint`. Asked last, so that
  ///   whoever changes the key and then waits for the lock finds all files that were written before.
  func write(
    _ columns: StoreColumns, fingerprint: SourceFingerprint, holding lock: CacheLock,
    isCurrent: () -> Bool = { true }, isAccepted: () -> Bool
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
        if !isAccepted() { lock.folder.removeColumns() }
      } catch {
        // If the disk is full, useless files must not take up space.
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
    // Writing a section again verifies it. Data that replaces damaged data must not be cached as valid.
    guard columns.damagedPath == nil else { return }
    try write(
      Manifest(fingerprint: fingerprint, diagnostics: columns.diagnostics, websites: websites), to: folder)
    for (place, files) in websites.enumerated() { columns.note(files, of: place) }
  }

  /// A cache that cannot be written must not prevent an answer.
  private func reportingFailure<Result>(_ body: () throws(StoreError) -> Result?) -> Result? {
    do throws(StoreError) {
      return try body()
    } catch {
      if !hasReportedFailure { diagnostics("cannot write the column cache: \(error)") }
      hasReportedFailure = true
      return nil
    }
  }

  /// Reports that a cache file is damaged and is ignored.
  func reportDamage(_ path: String) { reportUnused("\(path) is damaged") }

  /// Reports why a cache file is ignored. A missing file is no defect: another process has removed it.
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
      // A manifest by another version or for another store counts as missing.
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

  /// The files of a website; missing ones are written. Nil if that is impossible.
  private func files(
    of website: StoreColumns.Website, in folder: OpenCacheFolder, _ key: CacheKey
  ) throws(StoreError) -> Manifest.Website? {
    if let files = website.files { return files.all.allSatisfy { exists($0, folder) } ? files : nil }
    guard let columns = website.columns else { return nil }
    func write(_ columns: WebsiteColumns) throws(StoreError) -> Manifest.Columns {
      Manifest.Columns(
        overview: columns.overview, dictionaries: try dictionaries(of: columns, in: folder, key),
        partitions: try partitions(of: columns, known: website.partitionFiles, in: folder, key))
    }
    var files = Manifest.Website(id: website.id, events: try write(columns))
    if let measurements = columns.measurements { files.measurements = try write(measurements) }
    return files
  }

  /// Whether the file still exists: another process may have replaced it with other columns.
  private func exists(_ file: ColumnFileReference, _ folder: OpenCacheFolder) -> Bool {
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
        if let file = known[ObjectIdentifier(partitions[number])], exists(file, folder) { return file }
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
  /// For example `2025-03`.
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
