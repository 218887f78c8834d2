import Engine
import System

/// The columns of every website of a store in one state: in memory, or in cache files, which are opened when
/// a website is first requested.
final class StoreColumns {
  /// By id, ascending.
  private(set) var websites: [Website]
  /// Messages from reading the rows.
  let diagnostics: [String]
  /// The directory and the key of the cache files; nil if there are none.
  private let files: (folder: OpenCacheFolder, key: CacheKey)?
  private let damage: DamageFlag

  struct Website {
    let id: String
    let overview: WebsiteOverview
    /// Nil until the files are opened.
    fileprivate(set) var columns: WebsiteColumns?
    /// Nil until the columns are written.
    fileprivate(set) var files: Manifest.Website?
    /// The files of those partitions that are on disk.
    fileprivate(set) var partitionFiles: [ObjectIdentifier: ColumnFileReference] = [:]
    /// The mapped files that contain columns. A file stays in this list until all partitions of the website
    /// have been rebuilt or reopened, even if it is no longer in use: each request checks every file twice,
    /// and finding out whether a file is still in use takes longer than the check itself.
    fileprivate var mappedFiles: [CacheFile] = []
    /// How many performance measurements it has.
    fileprivate let measurements: Int

    /// A website whose columns are in memory.
    fileprivate init(
      _ columns: WebsiteColumns, partitionFiles: [ObjectIdentifier: ColumnFileReference] = [:],
      mappedFiles: [CacheFile] = []
    ) {
      (id, overview, self.columns) = (columns.id, columns.overview, columns)
      (self.partitionFiles, self.mappedFiles) = (partitionFiles, mappedFiles)
      measurements = columns.measurements?.eventCount ?? 0
    }

    /// A website whose columns are in files.
    fileprivate init(_ files: Manifest.Website) {
      (id, overview, self.files) = (files.id, files.events.overview, files)
      measurements = files.measurements?.overview.events ?? 0
    }
  }

  /// Columns built from rows.
  init(_ columns: ColumnSet, diagnostics: [String]) {
    websites = columns.websites.map { Website($0) }
    self.diagnostics = diagnostics
    files = nil
    damage = DamageFlag()
  }

  /// The columns that a manifest lists.
  init(_ manifest: Manifest, _ folder: OpenCacheFolder) {
    websites = manifest.websites.map { Website($0) }
    diagnostics = manifest.diagnostics
    files = (folder, manifest.fingerprint.key)
    damage = DamageFlag()
  }

  /// The columns of `old`, with those of some websites replaced.
  init(_ old: StoreColumns, replacing changed: [WebsiteColumns], diagnostics: [String]) {
    let changed = changed.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    var websites: [Website] = []
    websites.reserveCapacity(old.websites.count + changed.count)
    var rest = old.websites[...]
    for columns in changed {
      let before = rest.prefix { $0.id.utf8.lexicographicallyPrecedes(columns.id.utf8) }
      websites += before
      rest = rest[before.endIndex...]
      let known = rest.first.flatMap { sameUTF8($0.id, columns.id) ? $0 : nil }
      if known != nil { rest = rest.dropFirst() }
      websites.append(
        Website(
          columns, partitionFiles: known?.partitionFiles ?? [:], mappedFiles: known?.mappedFiles ?? []))
    }
    self.websites = websites + rest
    self.diagnostics = old.diagnostics + diagnostics.filter { !old.diagnostics.contains($0) }
    files = old.files
    damage = old.damage
  }

  /// A file that was found damaged while a report was being computed, or was modified meanwhile; nil if there
  /// is none.
  var damagedPath: String? {
    damage.damagedPath ?? websites.indices.lazy.compactMap { self.modifiedPath($0) }.first
  }

  /// The same, but checks only the mapped files of the website `id`.
  func damagedPath(ofWebsite id: String) -> String? {
    damage.damagedPath ?? index(of: id).flatMap(modifiedPath)
  }

  /// The number of events and measurements of all websites.
  var rowCount: Int { websites.reduce(0) { $0 + $1.overview.events + $1.measurements } }

  /// The columns of the website `id`, compared by bytes; nil if it has no events.
  ///
  /// Throws `damaged` if its files were modified or are damaged.
  func columns(of id: String) throws(ColumnCacheError) -> WebsiteColumns? {
    guard let index = index(of: id) else { return nil }
    if let columns = websites[index].columns {
      if let path = modifiedPath(index) { throw .damaged(path: path) }
      return columns
    }
    guard let references = websites[index].files, let files else { return nil }
    let (columns, mapped) = try open(references, files.folder, files.key)
    websites[index].columns = columns
    websites[index].mappedFiles = mapped
    note(references, of: index)
    return columns
  }

  /// Records the files that contain the website at `index`.
  func note(_ files: Manifest.Website, of index: Int) {
    websites[index].files = files
    let columns = websites[index].columns
    func pairs(_ columns: WebsiteColumns?, _ files: Manifest.Columns?) -> [(
      ObjectIdentifier, ColumnFileReference
    )] {
      Array(zip((columns?.partitions ?? []).map(ObjectIdentifier.init), files?.partitions ?? []))
    }
    websites[index].partitionFiles = Dictionary(
      pairs(columns, files.events) + pairs(columns?.measurements, files.measurements),
      uniquingKeysWith: { first, _ in first })
  }

  private func index(of id: String) -> Int? {
    let index = websites.indices.partitionPoint { !websites[$0].id.utf8.lexicographicallyPrecedes(id.utf8) }
    return index < websites.count && sameUTF8(websites[index].id, id) ? index : nil
  }

  private func modifiedPath(_ index: Int) -> String? {
    let files = websites[index].mappedFiles
    for file in files where file.wasModifiedInPlace { return file.path }
    return nil
  }

  private func open(
    _ entry: Manifest.Website, _ folder: OpenCacheFolder, _ key: CacheKey
  ) throws(ColumnCacheError) -> (WebsiteColumns, [CacheFile]) {
    var mapped: [CacheFile] = []
    func sections(_ reference: ColumnFileReference) throws(ColumnCacheError) -> StoredSections {
      let file = try ColumnFile(reference, in: folder, key: key, damage: damage)
      if file.contents.isMapped { mapped.append(file.contents) }
      return file.sections
    }
    func columns(_ files: Manifest.Columns) throws(ColumnCacheError) -> WebsiteColumns {
      let dictionaries = try sections(files.dictionaries)
      var partitions: [StoredSections] = []
      for reference in files.partitions { partitions.append(try sections(reference)) }
      do throws(SectionsError) {
        return try WebsiteColumns(
          id: entry.id, overview: files.overview, partitions: partitions, dictionaries: dictionaries)
      } catch {
        let name =
          switch error {
          case .partition(let index): files.partitions[index].name
          case .dictionaries: files.dictionaries.name
          case .overview: CacheFolder.manifestName
          }
        throw .damaged(path: folder.path(of: name))
      }
    }
    let events = try columns(entry.events)
    guard let measurements = entry.measurements else { return (events, mapped) }
    return (events.with(measurements: try columns(measurements)), mapped)
  }
}
