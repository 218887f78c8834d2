import Calendar
import Engine

/// The table of contents of a cache: from which rows it was built, and the files of every website. Opening a
/// store reads only this file completely.
struct Manifest: Equatable {
  var fingerprint: SourceFingerprint
  /// Messages from reading the rows, repeated by processes that do not read them.
  var diagnostics: [String]
  /// By id, ascending.
  var websites: [Website]

  struct Website: Equatable {
    var id: String
    var events: Columns
    /// Nil if the website has no performance measurements.
    var measurements: Columns?

    var all: [ColumnFileReference] { events.all + (measurements?.all ?? []) }
  }

  /// The files of the events or of the measurements of a website.
  struct Columns: Equatable {
    var overview: WebsiteOverview
    var dictionaries: ColumnFileReference
    /// By month, ascending.
    var partitions: [ColumnFileReference]

    var all: [ColumnFileReference] { [dictionaries] + partitions }
  }

  var fileNames: Set<String> {
    Set(websites.flatMap { $0.all.map(\.name) })
  }
}

extension Manifest {
  private static let magic: UInt64 = 0x7465_6566_6665_6873
  /// Enough for a million websites; no writer produces more.
  static let maximumBytes = 1 << 29

  /// The contents of the manifest file: magic number, version, the check value of the key, the checksum
  /// computed with the key, and then the body.
  var encoded: [UInt8] {
    var body = ByteWriter()
    fingerprint.write(to: &body)
    body.write(diagnostics) { $0.write($1) }
    body.write(websites) { $0.write($1) }
    var head = ByteWriter()
    head.write(Self.magic)
    head.write(ColumnFile.version)
    head.write(fingerprint.key.checkValue)
    head.write(fingerprint.key.checksum(body.bytes, of: .manifest))
    return head.bytes + body.bytes
  }

  /// Why a manifest cannot be used.
  enum Defect: Error {
    case otherVersion
    /// It was written for another store, or for this store with an earlier change log.
    case otherKey
    case damaged
  }

  static let headCount = 32

  init(encoded: [UInt8], _ key: CacheKey) throws(Defect) {
    var head = ByteReader(Array(encoded.prefix(Self.headCount)))
    let (magic, version) = (head.number(), head.number())
    let (checkValue, sum) = (head.number(), head.number())
    guard head.isComplete, magic == Self.magic else { throw .damaged }
    guard version == ColumnFile.version else { throw .otherVersion }
    guard checkValue == key.checkValue else { throw .otherKey }
    let body = Array(encoded.dropFirst(Self.headCount))
    guard key.checksum(body, of: .manifest) == sum else { throw .damaged }
    var reader = ByteReader(body)
    guard let fingerprint = SourceFingerprint(&reader, key) else { throw .damaged }
    self.fingerprint = fingerprint
    diagnostics = reader.elements { $0.text() }
    websites = reader.elements { $0.website() }
    guard reader.isComplete, reader.isAtEnd, isSound else { throw .damaged }
  }

  /// Whether a writer can have produced this: websites in order, each with valid counts, and file names
  /// within the directory.
  private var isSound: Bool {
    let ids = websites.map { Array($0.id.utf8) }
    return zip(ids, ids.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
      && websites.allSatisfy(\.isSound)
  }
}

extension Manifest.Website {
  fileprivate var isSound: Bool { events.isSound && measurements?.isSound ?? true }
}

extension Manifest.Columns {
  /// Row numbers of a partition have 32 bits, and every partition has at least one row.
  fileprivate var isSound: Bool {
    partitions.count...(partitions.count * Int(UInt32.max)) ~= overview.events
      && (overview.events == 0) == (overview.extentMilliseconds == nil)
      && overview.extentMilliseconds.map { writableInstants.contains($0) } ?? true
      && all.allSatisfy { file in
        file.byteCount >= 0 && file.name.utf8.allSatisfy(ColumnFileReference.isOfName)
          && [ColumnCache.partitionSuffix, ColumnCache.dictionarySuffix].contains(where: file.name.hasSuffix)
      }
  }
}

extension ColumnFileReference {
  /// Whether a file name of the cache may contain this byte. With these bytes no name leads out of the
  /// directory.
  fileprivate static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ website: Manifest.Website) {
    write(website.id)
    write(website.events)
    write(website.measurements.map { [$0] } ?? []) { $0.write($1) }
  }

  private mutating func write(_ columns: Manifest.Columns) {
    write(columns.overview.events)
    let extent = columns.overview.extentMilliseconds
    write(extent.map { [$0.lowerBound, $0.upperBound] } ?? []) { $0.write($1) }
    write(columns.overview.mainHostname.map { [$0] } ?? []) { $0.write($1) }
    write(columns.dictionaries)
    write(columns.partitions) { $0.write($1) }
  }

  private mutating func write(_ file: ColumnFileReference) {
    write(file.name)
    write(file.byteCount)
    write(file.tableChecksum)
  }
}

extension ByteReader {
  fileprivate mutating func website() -> Manifest.Website {
    let (id, events) = (text(), columns())
    let measurements = elements { $0.columns() }
    if measurements.count > 1 { refuse() }
    return Manifest.Website(id: id, events: events, measurements: measurements.first)
  }

  private mutating func columns() -> Manifest.Columns {
    Manifest.Columns(overview: overview(), dictionaries: file(), partitions: elements { $0.file() })
  }

  private mutating func overview() -> WebsiteOverview {
    let events = Int(signed())
    let extent = elements { $0.signed() }
    let hostnames = elements { $0.text() }
    if extent.count == 1 || extent.count > 2 || hostnames.count > 1 { refuse() }
    return WebsiteOverview(
      events: events,
      extentMilliseconds: extent.count == 2 && extent[0] <= extent[1] ? extent[0]...extent[1] : nil,
      mainHostname: hostnames.first)
  }

  private mutating func file() -> ColumnFileReference {
    ColumnFileReference(name: text(), byteCount: Int(signed()), tableChecksum: number())
  }
}
