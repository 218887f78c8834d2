import Foundation
import TestSupport
import Testing

@testable import Engine
@testable import EventStore

struct ColumnFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let counts = [0, 1, 63, 64, 65]

  /// A section of every width and of every count around a line of memory.
  private let original: [StoredSection] = [1, 2, 4, 8].flatMap { width in
    counts.map { count in
      let bytes = Column((0..<(width * count)).map { UInt8(truncatingIfNeeded: $0 * 37 + width) })
      return StoredSection(name: "\(width) × \(count)", width: width, bytes: bytes.bytes, owner: bytes.owner)
    }
  }

  private let key = CacheKey(1, 2)

  private func cacheFolder() throws(StoreError) -> OpenCacheFolder {
    try OpenCacheFolder(path: folder.path, CacheAccess(sources: []))
  }

  private func write(_ sections: [StoredSection]) throws -> ColumnFileReference {
    try ColumnFile.write(sections, to: cacheFolder(), key: key, prefix: "test", suffix: ".columns")
  }

  /// - Parameter path: of a file of the folder, which is opened in the place of the reference's.
  private func open(
    _ reference: ColumnFileReference, path: String? = nil, key: CacheKey? = nil,
    damage: DamageFlag = DamageFlag()
  ) throws -> StoredSections {
    let name = path.map { URL(filePath: $0).lastPathComponent }
    return try ColumnFile(
      reference, name: name, in: cacheFolder(), key: key ?? self.key, damage: damage
    ).sections
  }

  /// Whether the section says that it is as it was written; then all its bytes are handed out, piece by piece.
  private func read(_ section: StoredSection) throws -> Bool {
    let verification = try #require(section.verification)
    var bytes: [UInt8] = []
    guard verification.read({ bytes += $0 }) else { return false }
    #expect(section.bytes.elementsEqual(bytes))
    return true
  }

  /// The names of the sections that say that they are as they were written, which they then are.
  private func intact(_ sections: StoredSections, _ names: Set<String>) throws -> Set<String> {
    var intact: Set<String> = []
    for section in original where names.contains(section.name) {
      let stored = try #require(sections[section.name])
      guard try read(stored) else { continue }
      #expect(stored.width == section.width && stored.bytes.elementsEqual(section.bytes), "\(section.name)")
      intact.insert(section.name)
    }
    return intact
  }

  @Test func `sections come back, each aligned to a line of memory`() throws {
    let reference = try write(original)
    let damage = DamageFlag()
    let sections = try open(reference, damage: damage)
    let names = Set(original.map(\.name))
    #expect(try intact(sections, names) == names)
    #expect(damage.damagedPath == nil)
    for section in original {
      let start = try #require(sections[section.name]?.bytes.baseAddress)
      #expect(Int(bitPattern: start).isMultiple(of: 64))
    }
    #expect(sections["nowhere"] == nil)
    #expect(sections.column("8 × 65", of: Int64.self)?.count == 65)
  }

  @Test func `the memory of a section outlives the file's name and the file's object`() throws {
    let reference = try write(original)
    let section = try #require(try open(reference)["8 × 65"])
    try folder.remove(reference.name)
    #expect(try read(section))
    #expect(section.bytes.elementsEqual(original[19].bytes))
  }

  @Test func `a file without sections`() throws {
    let reference = try write([])
    #expect(reference.byteCount == 64)
    #expect(try open(reference)["1 × 0"] == nil)
  }

  @Test func `names are those of what is in the file`() throws {
    let reference = try write(original)
    #expect(try write(original) == reference)
    let other = try write(Array(original.dropLast()))
    #expect(other.name != reference.name)
    #expect(reference.name.hasPrefix("test-") && reference.name.hasSuffix(".columns"))
    #expect(try folder.names() == [reference.name, other.name].sorted())
  }

  @Test func `a wrong length is refused`() throws {
    let reference = try write(original)
    let bytes = try folder.read(reference.name)
    #expect(bytes.count == reference.byteCount)
    for count in Array(0...200) + [bytes.count / 2, bytes.count - 64, bytes.count - 1, bytes.count + 1] {
      let path = try folder.write("cut", Array((bytes + [0]).prefix(count)))
      #expect(throws: ColumnCacheError.damaged(path: path), "\(count) bytes") {
        _ = try open(reference, path: path)
      }
    }
  }

  /// A flip in the header or the table is met when the file is opened, one in a section when that is asked
  /// for, and one between sections never.
  @Test func `every flipped byte is found, or does no harm`() throws {
    let sections = original.filter { $0.width == 1 && [0, 1, 65].contains($0.bytes.count) }
    let names = Set(sections.map(\.name))
    let reference = try write(sections)
    let bytes = try folder.read(reference.name)
    let tableEnd = 64 * (1 + sections.count)
    let fields = 0..<40
    var sectionOfByte: [Int: String] = [:]
    var start = tableEnd
    for section in sections {
      for offset in section.bytes.indices { sectionOfByte[start + offset] = section.name }
      start += (section.bytes.count + 63) / 64 * 64
    }
    #expect(start == bytes.count)
    var random = SeededGenerator(seed: 5)
    for place in bytes.indices {
      var flipped = bytes
      flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let path = try folder.write("flipped", flipped)
      let damage = DamageFlag()
      if fields.contains(place) || 64..<tableEnd ~= place {
        #expect(throws: ColumnCacheError.damaged(path: path), "byte \(place)") {
          _ = try open(reference, path: path, damage: damage)
        }
        continue
      }
      let opened = try open(reference, path: path, damage: damage)
      #expect(damage.damagedPath == nil)
      let damaged = sectionOfByte[place]
      let others = names.subtracting(damaged.map { [$0] } ?? [])
      #expect(try intact(opened, names) == others, "byte \(place)")
      #expect(damage.damagedPath == (damaged == nil ? nil : path))
    }
  }

  @Test func `a file that is not the one of the reference is refused`() throws {
    let reference = try write(original)
    let other = try write(Array(original.reversed()))
    #expect(other.byteCount == reference.byteCount)
    let path = folder.file(reference.name)
    let (count, sum) = (reference.byteCount, reference.tableChecksum)
    for wrong in [
      other, ColumnFileReference(name: reference.name, byteCount: count - 1, tableChecksum: sum),
      ColumnFileReference(name: reference.name, byteCount: count + 1, tableChecksum: sum),
      ColumnFileReference(name: reference.name, byteCount: -1, tableChecksum: sum),
      ColumnFileReference(name: reference.name, byteCount: count, tableChecksum: sum ^ 1),
    ] {
      #expect(throws: ColumnCacheError.damaged(path: path)) { _ = try open(wrong, path: path) }
    }
  }

  @Test func `a file that was written with another key is refused`() throws {
    let reference = try write(original)
    for key in [CacheKey.published, CacheKey(1, 3), CacheKey(0, 2), CacheKey(2, 1)] {
      #expect(throws: ColumnCacheError.damaged(path: folder.file(reference.name))) {
        _ = try open(reference, key: key)
      }
    }
    #expect(try open(reference)["8 × 65"] != nil)
  }

  @Test func `what is no file is refused`() throws {
    let reference = try write(original)
    #expect(throws: ColumnCacheError.missing(path: folder.file("nowhere"))) {
      _ = try open(reference, path: folder.file("nowhere"))
    }
    let below = folder.file("folder")
    try FileManager.default.createDirectory(atPath: below, withIntermediateDirectories: false)
    #expect(throws: ColumnCacheError.damaged(path: below)) { _ = try open(reference, path: below) }
  }

  @Test func `where nothing can be written, nothing is left behind`() throws {
    _ = try folder.write("file", "")
    let blocked = CacheFolder(path: folder.file("file"), sources: [])
    #expect(blocked.open() == nil)
    #expect(throws: StoreError.self) { _ = try blocked.lock() }
    let open = try cacheFolder()
    #expect(throws: StoreError.self) {
      try open.replace("half") { file throws(StoreError) in
        try file.write([1])
        throw .usage("no more")
      }
    }
    #expect(try folder.names() == ["file"])
  }
}
