import Synchronization

@testable import Engine

/// Sections as another process finds them, some of them damaged.
final class StoredCopies: Sendable {
  private let damaged: Set<String>
  private let looks = Mutex<[String: Int]>([:])

  /// The sections named in `damaged` are full of ones, and say so when they are looked at.
  init(damaged: Set<String> = []) { self.damaged = damaged }

  private let refused = Mutex<Set<String>>([])

  /// The sections whose content nobody can have written.
  var refusedNames: Set<String> { refused.withLock(\.self) }

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
    let copy = StoredSection(
      name: section.name, width: section.width, bytes: ones?.bytes ?? section.bytes,
      owner: ones?.owner ?? section.owner)
    return StoredSection(
      name: copy.name, width: copy.width, bytes: copy.bytes, owner: copy.owner,
      verification: StoredSection.Verification(
        read: { [self] look in
          looks.withLock { $0[section.name, default: 0] += 1 }
          // Pieces that end anywhere between two elements, as long as they are aligned.
          for start in stride(from: 0, to: copy.bytes.count, by: 24) {
            look(UnsafeRawBufferPointer(rebasing: copy.bytes[start..<min(start + 24, copy.bytes.count)]))
          }
          return isIntact
        },
        refuse: { [self] in refused.withLock { _ = $0.insert(section.name) } }))
  }

  /// The website with partitions of these sections; nil where they were refused.
  func website(_ website: WebsiteColumns, _ partitions: [[StoredSection]]) -> WebsiteColumns? {
    try? WebsiteColumns(
      id: website.id, overview: website.overview, partitions: partitions.map(sections),
      dictionaries: sections(website.dictionarySections))
  }

  /// The partition of these sections, whatever dictionaries there are; nil where they were refused.
  func partition(_ sections: [StoredSection]) -> Partition? {
    Partition(self.sections(sections), .any)
  }
}

extension DictionarySizes {
  /// Every code is one of a text.
  static let any = DictionarySizes(
    texts: TextColumn.allCases.map { _ in .max }, propertyKeys: .max, propertyStrings: .max)
}
