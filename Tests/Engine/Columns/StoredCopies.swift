import Synchronization

@testable import Engine

/// Sections as another process finds them, some of them damaged.
final class StoredCopies: Sendable {
  private let damaged: Set<String>
  private let looks = Mutex<[String: Int]>([:])

  /// The sections named in `damaged` are full of ones, and say so when they are looked at.
  init(damaged: Set<String> = []) { self.damaged = damaged }

  /// How often each section has been looked at.
  var lookCounts: [String: Int] { looks.withLock(\.self) }

  /// Whether a damaged section has been looked at.
  var hasNoticed: Bool { looks.withLock { looks in damaged.contains { looks[$0] != nil } } }

  func sections(_ sections: [StoredSection]) -> StoredSections {
    StoredSections(sections.map(copy))
  }

  private func copy(_ section: StoredSection) -> StoredSection {
    let isIntact = !damaged.contains(section.name)
    let ones = isIntact ? nil : Column([UInt8](repeating: .max, count: section.bytes.count))
    return StoredSection(
      name: section.name, width: section.width, bytes: ones?.bytes ?? section.bytes,
      owner: ones?.owner ?? section.owner,
      isIntact: { [self] in
        looks.withLock { $0[section.name, default: 0] += 1 }
        return isIntact
      })
  }

  /// The website with partitions of these sections; nil where they were refused.
  func website(_ website: WebsiteColumns, _ partitions: [[StoredSection]]) -> WebsiteColumns? {
    let found = partitions.compactMap { Partition(sections($0)) }
    guard found.count == partitions.count else { return nil }
    return WebsiteColumns(
      id: website.id, overview: website.overview, partitions: found,
      dictionaries: sections(website.dictionarySections))
  }
}
