import Engine

/// The columns that a manifest lists. The files of a website are mapped when it is first asked for, and read
/// as far as reports look at them.
final class CachedColumns {
  let manifest: Manifest
  private let folder: CacheFolder
  private let damage = DamageFlag()
  private var opened: [String: WebsiteColumns] = [:]

  init(_ manifest: Manifest, _ folder: CacheFolder) {
    self.manifest = manifest
    self.folder = folder
  }

  /// The file in which damage was found while a report was being computed; nil where none was.
  var damagedPath: String? { damage.damagedPath }

  /// The columns of the website `id`, compared by bytes; nil where the rows have none.
  func website(_ id: String) throws(ColumnCacheError) -> WebsiteColumns? {
    if let website = opened[id], website.id.utf8.elementsEqual(id.utf8) { return website }
    guard let entry = manifest.websites.first(where: { $0.id.utf8.elementsEqual(id.utf8) }) else {
      return nil
    }
    let website = try open(entry)
    opened[id] = website
    return website
  }

  private func open(_ entry: Manifest.Website) throws(ColumnCacheError) -> WebsiteColumns {
    var partitions: [Partition] = []
    for reference in entry.partitions {
      guard let partition = Partition(try sections(reference)) else {
        throw .damaged(path: folder.path(of: reference.name))
      }
      partitions.append(partition)
    }
    let website = WebsiteColumns(
      id: entry.id, overview: entry.overview, partitions: partitions,
      dictionaries: try sections(entry.dictionaries))
    guard let website else { throw .damaged(path: folder.path(of: entry.dictionaries.name)) }
    return website
  }

  private func sections(_ reference: ColumnFileReference) throws(ColumnCacheError) -> StoredSections {
    try ColumnFile(path: folder.path(of: reference.name), reference, damage: damage).sections
  }
}
