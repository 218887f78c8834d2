import Engine
import Synchronization

/// A file of the column cache. It consists of sections, which are used in place.
///
/// A header of 64 bytes is followed by the table of sections, 64 bytes each, then by the sections, each
/// aligned to 64 bytes. The header contains a checksum of the table; the table contains a checksum of every
/// section, which is verified when the section is first used. All checksums are computed with the key of the
/// cache.
final class ColumnFile: Sendable {
  static let magic: UInt64 = 0x6C6C_6166_746F_6F66  // "footfall"
  /// Incremented when the format of the files changes, or the rules by which they are built from rows.
  static let version: UInt64 = 10
  static let alignment = 64
  static let nameBytes = 32

  let sections: StoredSections
  /// The file that contains the sections.
  let contents: CacheFile

  /// Opens the file `name`, by default the reference's. Throws the errors of opening a cache file, and
  /// `damaged` if the file is not the one that was written under this reference.
  init(
    _ reference: ColumnFileReference, name: String? = nil, in folder: OpenCacheFolder, key: CacheKey,
    damage: DamageFlag
  ) throws(ColumnCacheError) {
    let contents = try CacheFile(name ?? reference.name, in: folder)
    let path = contents.path
    let bytes = contents.bytes
    guard bytes.count == reference.byteCount, bytes.count >= Self.alignment,
      bytes.loadUnaligned(as: UInt64.self) == Self.magic, Self.number(bytes, 1) == Self.version,
      Self.number(bytes, 2) == UInt64(bytes.count), Self.number(bytes, 4) == reference.tableChecksum,
      Self.number(bytes, 3) < bytes.count / Self.alignment
    else { throw .damaged(path: path) }
    let tableEnd = Self.alignment * (1 + Int(Self.number(bytes, 3)))
    let table = UnsafeRawBufferPointer(rebasing: bytes[Self.alignment..<tableEnd])
    guard key.checksum(table, of: .table) == reference.tableChecksum else { throw .damaged(path: path) }
    self.contents = contents
    var sections: [StoredSection] = []
    for entry in stride(from: 0, to: table.count, by: Self.alignment) {
      let entry = UnsafeRawBufferPointer(rebasing: table[entry..<(entry + Self.alignment)])
      guard let section = Self.section(entry, contents, key, damage) else { throw .damaged(path: path) }
      sections.append(section)
    }
    self.sections = StoredSections(sections)
  }

  private static func section(
    _ entry: UnsafeRawBufferPointer, _ contents: CacheFile, _ key: CacheKey, _ damage: DamageFlag
  ) -> StoredSection? {
    let name = String(decoding: entry[..<nameBytes].prefix { $0 != 0 }, as: UTF8.self)
    let numbers = UnsafeRawBufferPointer(rebasing: entry[nameBytes...])
    guard let width = Int(exactly: number(numbers, 0)), let start = Int(exactly: number(numbers, 1)),
      let count = Int(exactly: number(numbers, 2)), [1, 2, 4, 8].contains(width),
      start.isMultiple(of: alignment), start <= contents.bytes.count, count <= contents.bytes.count - start,
      count.isMultiple(of: width)
    else { return nil }
    let expected = number(numbers, 3)
    let offsets = start..<(start + count)
    return StoredSection(
      name: name, width: width, bytes: UnsafeRawBufferPointer(rebasing: contents.bytes[offsets]),
      owner: contents,
      // Sound: the memory is valid for as long as the closures exist, because they retain `contents`.
      verification: StoredSection.Verification(
        read: { body in
          let bytes = UnsafeRawBufferPointer(rebasing: contents.bytes[offsets])
          let isIntact = key.checksum(bytes, of: .section, body: body) == expected
          if !isIntact { damage.note(path: contents.path) }
          return isIntact
        }, refuse: { damage.note(path: contents.path) }))
  }

  /// Word number `index` of `bytes`.
  private static func number(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
  }
}

/// Identifies a file of the cache, also among files that have had the same name.
struct ColumnFileReference: Equatable {
  let name: String
  let byteCount: Int
  let tableChecksum: UInt64
}

/// Why a cache file cannot be used.
enum ColumnCacheError: Error, Equatable {
  case missing(path: String)
  case damaged(path: String)
  /// A user who may not change the source files may have planted it.
  case untrusted(path: String, reason: String)
}

/// Records that a section was found damaged while a report was being computed from it.
final class DamageFlag: Sendable {
  private let path = Mutex<String?>(nil)

  /// The first file in which damage was found; nil if there is none.
  var damagedPath: String? { path.withLock(\.self) }

  func note(path: String) {
    self.path.withLock { known in if known == nil { known = path } }
  }
}

extension ColumnFile {
  /// Writes `sections` into a file of `folder`. Its name consists of `prefix`, a checksum of the contents,
  /// computed with `key`, and `suffix`. The file is written under a temporary name and renamed, so that under
  /// its own name it is always complete.
  static func write(
    _ sections: [StoredSection], to folder: OpenCacheFolder, key: CacheKey, prefix: String, suffix: String
  ) throws(StoreError) -> ColumnFileReference {
    var table: [UInt8] = []
    var end = alignment * (1 + sections.count)
    for section in sections {
      table += entry(section, start: end, key)
      end = aligned(end + section.bytes.count)
    }
    let tableChecksum = key.checksum(table, of: .table)
    let name = "\(prefix)-\(hexadecimal(tableChecksum))\(suffix)"
    let header = header(byteCount: end, sections: sections.count, tableChecksum)
    try folder.replace(name) { file throws(StoreError) in
      try file.write(header + table)
      for section in sections {
        try file.write(section.bytes)
        try file.write([UInt8](repeating: 0, count: aligned(section.bytes.count) - section.bytes.count))
      }
    }
    return ColumnFileReference(name: name, byteCount: end, tableChecksum: tableChecksum)
  }

  private static func header(byteCount: Int, sections: Int, _ tableChecksum: UInt64) -> [UInt8] {
    let words = [magic, version, UInt64(byteCount), UInt64(sections), tableChecksum, 0, 0, 0]
    return words.withUnsafeBytes { Array($0) }
  }

  private static func entry(_ section: StoredSection, start: Int, _ key: CacheKey) -> [UInt8] {
    precondition(section.name.utf8.count < nameBytes)
    let name = Array(section.name.utf8)
    let words = [
      UInt64(section.width), UInt64(start), UInt64(section.bytes.count),
      key.checksum(section.bytes, of: .section),
    ]
    return name + Array(repeating: 0, count: nameBytes - name.count) + words.withUnsafeBytes { Array($0) }
  }

  private static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

/// 16 hexadecimal digits.
func hexadecimal(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
