import Calendar
import Engine
import TestSupport
import Testing

@testable import EventStore

struct ManifestTests {
  private static let fingerprint = SourceFingerprint(
    ReadingRules(),
    .files([
      FileIdentity(
        device: .max, inode: 1, byteCount: .max, modified: .earliest,
        changed: FileTime(seconds: .max, nanoseconds: -1))
    ]))

  private static func file(_ name: String) -> ColumnFileReference {
    ColumnFileReference(name: name, byteCount: 64, tableChecksum: .max)
  }

  private static func columns(_ overview: WebsiteOverview, partitions: Int) -> Manifest.Columns {
    Manifest.Columns(
      overview: overview, dictionaries: file("dictionaries.texts"),
      partitions: (0..<partitions).map { file("2025-\($0).columns") })
  }

  private static func website(
    _ id: String, _ overview: WebsiteOverview, partitions: Int, measurements: Manifest.Columns? = nil
  ) -> Manifest.Website {
    Manifest.Website(id: id, events: columns(overview, partitions: partitions), measurements: measurements)
  }

  private static let secret = CacheKey(.max, 1)

  private static let positionFingerprint = SourceFingerprint(
    ReadingRules(),
    .position(
      ChangeLogPosition(
        recordID: "r", definitions: .max, lastEvent: .min, lastProperty: .max, lastChange: -1, nonce: .min,
        newestEventID: "e\0", cacheKey: secret),
      [FileIdentity(device: 1, inode: 2, byteCount: 3, modified: .earliest, changed: .earliest)]))

  private static let manifests = [
    Manifest(fingerprint: fingerprint, diagnostics: [], websites: []),
    Manifest(
      fingerprint: fingerprint, diagnostics: ["größer", ""],
      websites: [
        website(
          "", WebsiteOverview(), partitions: 0,
          measurements: columns(WebsiteOverview(events: 2, extentMilliseconds: 0...1), partitions: 2)),
        website(
          "e\u{301}",
          WebsiteOverview(
            events: 12_884_901_885, extentMilliseconds: writableInstants, mainHostname: "example.com"),
          partitions: 3),
        website("\u{E9}", WebsiteOverview(events: 1, extentMilliseconds: -5...(-5)), partitions: 1),
      ]),
    Manifest(fingerprint: positionFingerprint, diagnostics: [], websites: []),
  ]

  private func defect(_ bytes: [UInt8], _ key: CacheKey) -> Manifest.Defect? {
    do throws(Manifest.Defect) {
      _ = try Manifest(encoded: bytes, key)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: 0..<3) func `it is read as it was written`(index: Int) throws {
    let manifest = Self.manifests[index]
    let read = try Manifest(encoded: manifest.encoded, manifest.fingerprint.key)
    #expect(read == manifest)
    #expect(read.websites.map { Array($0.id.utf8) } == manifest.websites.map { Array($0.id.utf8) })
    let names = ["dictionaries.texts"] + (0..<3).map { "2025-\($0).columns" }
    #expect(read.fileNames == (manifest.websites.isEmpty ? [] : Set(names)))
  }

  @Test(arguments: 0..<3) func `every length but its own is refused`(index: Int) {
    let (bytes, key) = (Self.manifests[index].encoded, Self.manifests[index].fingerprint.key)
    for count in 0..<bytes.count {
      #expect(defect(Array(bytes.prefix(count)), key) == .damaged, "\(count) bytes")
    }
    #expect(defect(bytes + [0], key) == .damaged)
    #expect(defect(bytes + bytes, key) == .damaged)
  }

  @Test(arguments: 0..<3) func `every flipped bit is refused`(index: Int) {
    let (original, key) = (Self.manifests[index].encoded, Self.manifests[index].fingerprint.key)
    for place in original.indices {
      for bit in 0..<8 as Range<UInt8> {
        var bytes = original
        bytes[place] ^= 1 << bit
        let expected: Manifest.Defect =
          switch place {
          case 8..<16: .otherVersion
          case 16..<24: .otherKey
          default: .damaged
          }
        #expect(defect(bytes, key) == expected, "byte \(place), bit \(bit)")
      }
    }
  }

  @Test(arguments: 0..<3) func `a manifest that was written with another key is refused`(index: Int) {
    let manifest = Self.manifests[index]
    for key in [CacheKey.published, Self.secret, CacheKey(.max, 2)] where key != manifest.fingerprint.key {
      #expect(defect(manifest.encoded, key) == .otherKey)
      // Even if it says that it was written with this one.
      var bytes = manifest.encoded
      withUnsafeBytes(of: key.checkValue.littleEndian) { bytes.replaceSubrange(16..<24, with: $0) }
      #expect(defect(bytes, key) == .damaged)
    }
  }

  /// With a good checksum.
  @Test func `what nobody can have written is refused`() {
    func check(_ name: String, _ change: (inout Manifest) -> Void) {
      var manifest = Self.manifests[1]
      change(&manifest)
      #expect(defect(manifest.encoded, manifest.fingerprint.key) == .damaged, "\(name)")
    }
    check("websites out of order") { $0.websites.reverse() }
    check("a website twice") { $0.websites[1] = $0.websites[0] }
    for name in ["../../etc/passwd.columns", "/x.columns", "", "x", "..", "lock", "manifest", "a\0.columns"] {
      check(name) { $0.websites[2].events.partitions[0] = Self.file(name) }
      check(name) { $0.websites[2].events.dictionaries = Self.file(name) }
    }
    check("a negative length") {
      $0.websites[2].events.dictionaries = ColumnFileReference(
        name: "a.texts", byteCount: -1, tableChecksum: 1)
    }
    for events in [.min, -1, 0, 4_294_967_296, .max] {
      check("\(events) events") { $0.websites[2].events.overview.events = events }
    }
    check("events of no time") { $0.websites[2].events.overview.extentMilliseconds = nil }
    check("events of any time") { $0.websites[2].events.overview.extentMilliseconds = .min ... .max }
    check("measurements of no time") { $0.websites[0].measurements?.overview.extentMilliseconds = nil }
    check("a measurement's name") { $0.websites[0].measurements?.dictionaries = Self.file("..") }
    check("times of no event") { $0.websites[0].events.overview.extentMilliseconds = 0...0 }
  }

  @Test(arguments: [0, 7, 24, 32, 33, 5000]) func `bytes of any kind are refused`(count: Int) {
    var random = SeededGenerator(seed: 1)
    #expect(defect(Array(repeating: 0, count: count), .published) == .damaged)
    let bytes: [UInt8] = (0..<count).map { _ in .random(in: 0...255, using: &random) }
    #expect(defect(bytes, .published) == .damaged)
  }
}
