import Engine

@testable import EventStore

/// The files of a column cache in memory, to be changed by somebody who makes all checksums right again.
struct HostileCache {
  var manifest: Manifest
  /// The columns and dictionaries, by name.
  private var files: [(name: String, bytes: [UInt8])]
  /// Changes of the manifest itself, once it is written.
  private var manifestEdits: [(place: Int, value: UInt64)] = []

  /// How many bytes of an input say one change.
  static let editBytes = 16

  init(_ manifest: Manifest, read: (String) -> [UInt8]) {
    self.manifest = manifest
    files = manifest.fileNames.sorted().map { ($0, read($0)) }
  }

  /// Makes the change that 16 bytes of an input stand for.
  mutating func edit(_ input: ArraySlice<UInt8>) {
    var reader = ByteReader(Array(input))
    let (choice, raw) = (reader.number(), reader.number())
    let value = Self.value(raw)
    let (file, section) = (Int(choice & 0xFF) % files.count, Int(choice >> 16 & 0xFFFF))
    let place = Int(choice >> 32)
    switch choice >> 8 & 0xFF {
    case 0..<80: files[file].bytes.editElement(of: section, at: place) { _ in value }
    case 80..<120: files[file].bytes.editElement(of: section, at: place) { $0 &+ raw % 5 &- 2 }
    case 120..<150: files[file].bytes.swapElements(of: section, place, Int(raw % 4096))
    case 150..<180: files[file].bytes.editTable(section, word: place % 4, value)
    case 180..<200: files[file].bytes.copySection(section, to: place)
    case 200..<215: files[file].bytes.resize(by: Int(raw % 257) - 128)
    case 215..<225: files[file].bytes.flip(place)
    case 225..<235: manifestEdits.append((place, value))
    default: editManifest(section, place, value)
    }
  }

  /// Numbers that are worth a try, and any.
  private static func value(_ raw: UInt64) -> UInt64 {
    let special: [UInt64] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
      0x1_0000_0000,
      1 << 62, UInt64(Int64.max), 1 << 63, .max, .max - 1,
    ]
    return raw & 1 == 0 ? special[Int(raw >> 1 % UInt64(special.count))] : raw >> (raw >> 1 & 63)
  }

  private mutating func editManifest(_ what: Int, _ place: Int, _ value: UInt64) {
    guard !manifest.websites.isEmpty else { return }
    let website = place % manifest.websites.count
    let number = Int(truncatingIfNeeded: value)
    switch what % 10 {
    case 0: manifest.websites[website].events.overview.events = number
    case 1: manifest.websites[website].events.overview.extentMilliseconds = 0...max(0, Int64(number))
    case 2: manifest.websites[website].events.overview.mainHostname = "elsewhere"
    case 3: manifest.websites[website].events.partitions.reverse()
    case 4: manifest.websites[website].events.partitions += manifest.websites[website].events.partitions
    case 5: _ = manifest.websites[website].events.partitions.popLast()
    case 6: manifest.websites.reverse()
    case 7: manifest.websites[website].events.dictionaries = manifest.websites[0].events.dictionaries
    case 8: manifest.websites[website].measurements = manifest.websites[website].events
    default: manifest.websites[website].measurements = nil
    }
  }

  /// All files, by name, with the checksums of what is in them now.
  ///
  /// - Parameters:
  ///   - isWhole: whether the manifest knows of the files as they are now; otherwise of those that it was written for.
  ///   - key: what checksums are made with. A manifest that knows nothing has those that it was written with.
  func signed(isWhole: Bool, key: CacheKey) -> [(name: String, bytes: [UInt8])] {
    var manifest = manifest
    var signed: [(name: String, bytes: [UInt8])] = []
    var references: [String: ColumnFileReference] = [:]
    for (name, var bytes) in files {
      bytes.sign(key)
      references[name] = ColumnFileReference(
        name: name, byteCount: bytes.count, tableChecksum: bytes.word(at: 32) ?? 0)
      signed.append((name, bytes))
    }
    if isWhole {
      for website in manifest.websites.indices {
        func renew(_ file: inout ColumnFileReference) { file = references[file.name] ?? file }
        func renew(_ columns: inout Manifest.Columns) {
          renew(&columns.dictionaries)
          for place in columns.partitions.indices { renew(&columns.partitions[place]) }
        }
        renew(&manifest.websites[website].events)
        if var measurements = manifest.websites[website].measurements {
          renew(&measurements)
          manifest.websites[website].measurements = measurements
        }
      }
    }
    var bytes = manifest.encoded
    for (place, value) in manifestEdits where isWhole {
      bytes.set(Manifest.headCount + place % max(bytes.count - Manifest.headCount - 8, 1), value)
    }
    // It says that it has the store's key, whatever it has.
    if isWhole {
      let body = Array(bytes.dropFirst(Manifest.headCount))
      bytes.set(24, key.checksum(body, of: .manifest))
    }
    return signed + [(CacheFolder.manifestName, bytes)]
  }
}

/// The bytes of a file of columns.
extension [UInt8] {
  fileprivate func word(at place: Int) -> UInt64? {
    guard place >= 0, place <= count - 8 else { return nil }
    return self[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  fileprivate mutating func set(_ place: Int, _ value: UInt64, width: Int = 8) {
    guard place >= 0, place <= count - width else { return }
    for index in 0..<width { self[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
  }

  /// How many sections the table has.
  private var sectionCount: Int { Int(clamping: word(at: 24) ?? 0) }

  /// Where the section lies, and how wide its elements are; nil where that is nowhere.
  private func section(_ index: Int) -> (places: Range<Int>, width: Int)? {
    let entry = 64 * (1 + index)
    guard let width = word(at: entry + 32), let start = word(at: entry + 40),
      let length = word(at: entry + 48),
      [1, 2, 4, 8].contains(width), start <= UInt64(count), length <= UInt64(count) - start
    else { return nil }
    return (Int(start)..<Int(start + length), Int(width))
  }

  private func element(of index: Int, at place: Int) -> (place: Int, width: Int)? {
    guard sectionCount > 0, let (places, width) = section(index % sectionCount), places.count >= width
    else { return nil }
    return (places.lowerBound + place % (places.count / width) * width, width)
  }

  private func value(_ place: Int, _ width: Int) -> UInt64 {
    self[place..<(place + width)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  fileprivate mutating func editElement(of index: Int, at place: Int, _ change: (UInt64) -> UInt64) {
    guard let (place, width) = element(of: index, at: place) else { return }
    set(place, change(value(place, width)), width: width)
  }

  fileprivate mutating func swapElements(of index: Int, _ a: Int, _ b: Int) {
    guard let (first, width) = element(of: index, at: a), let (second, _) = element(of: index, at: b)
    else { return }
    let (one, other) = (value(first, width), value(second, width))
    set(first, other, width: width)
    set(second, one, width: width)
  }

  fileprivate mutating func editTable(_ index: Int, word: Int, _ value: UInt64) {
    guard sectionCount > 0 else { return }
    set(64 * (1 + index % sectionCount) + 32 + 8 * word, value)
  }

  fileprivate mutating func copySection(_ index: Int, to other: Int) {
    guard sectionCount > 0, let (source, _) = section(index % sectionCount),
      let (target, _) = section(other % sectionCount)
    else { return }
    let length = Swift.min(source.count, target.count)
    replaceSubrange(target.prefix(length), with: Array(self[source.prefix(length)]))
  }

  fileprivate mutating func resize(by difference: Int) {
    if difference < 0 {
      removeLast(Swift.min(-difference, count))
    } else {
      self += [UInt8](repeating: 1, count: difference)
    }
  }

  fileprivate mutating func flip(_ place: Int) {
    if count > 0 { self[place % count] ^= 1 << UInt8(place & 7) }
  }

  /// Makes the checksums of the sections, of the table and the length right.
  fileprivate mutating func sign(_ key: CacheKey) {
    let sections = Swift.min(sectionCount, count / 64)
    for index in 0..<sections {
      guard let (places, _) = section(index) else { continue }
      set(64 * (1 + index) + 56, key.checksum(Array(self[places]), of: .section))
    }
    set(16, UInt64(count))
    let end = Swift.min(64 * (1 + sections), count)
    if end >= 64 { set(32, key.checksum(Array(self[64..<end]), of: .table)) }
  }
}
