import Engine

/// What stands in a cache: from which rows it was made, and the files of every website. The one file that is
/// read whole when a store is opened.
struct Manifest: Equatable {
  var fingerprint: SourceFingerprint
  /// What was said while the rows were read, to be said again by whoever does not read them.
  var diagnostics: [String]
  /// By id, ascending.
  var websites: [Website]

  struct Website: Equatable {
    var id: String
    var overview: WebsiteOverview
    var dictionaries: ColumnFileReference
    /// Ascending by month.
    var partitions: [ColumnFileReference]

    var all: [ColumnFileReference] { [dictionaries] + partitions }
  }

  var fileNames: Set<String> {
    Set(websites.flatMap { $0.all.map(\.name) })
  }
}

extension Manifest {
  private static let magic: UInt64 = 0x7465_6566_6665_6873
  /// What a million websites take; nobody has written more.
  static let maximumBytes = 1 << 29

  /// The manifest as it stands in its file: magic number, version, what tells the key from others, and
  /// the checksum that is made with the key; then all that it says.
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
    /// It was made for another store, or for this one with an earlier record.
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

  /// Whether somebody can have written this: websites in order, each with events, in files of the folder.
  private var isSound: Bool {
    let ids = websites.map { Array($0.id.utf8) }
    return zip(ids, ids.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
      && websites.allSatisfy(\.isSound)
  }
}

extension Manifest.Website {
  /// Rows of a partition are numbered with 32 bits, and it has a row at least.
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
  /// Whether a name of ours may have this byte: there is no way out of the folder with them.
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
    write(website.overview.events)
    let extent = website.overview.extentMilliseconds
    write(extent.map { [$0.lowerBound, $0.upperBound] } ?? []) { $0.write($1) }
    write(website.overview.mainHostname.map { [$0] } ?? []) { $0.write($1) }
    write(website.dictionaries)
    write(website.partitions) { $0.write($1) }
  }

  private mutating func write(_ file: ColumnFileReference) {
    write(file.name)
    write(file.byteCount)
    write(file.tableChecksum)
  }
}

extension ByteReader {
  fileprivate mutating func website() -> Manifest.Website {
    Manifest.Website(
      id: text(), overview: overview(), dictionaries: file(), partitions: elements { $0.file() })
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
