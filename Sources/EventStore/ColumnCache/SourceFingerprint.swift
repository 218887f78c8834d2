/// Identifies the rows from which columns were built, and the rules by which they were read. A cache is used
/// only if its fingerprint matches the source's.
struct SourceFingerprint: Equatable {
  /// The reading rules as text.
  let rules: String
  private(set) var state: State

  enum State: Equatable {
    /// The identities of the files, for anything other than a store created by this program.
    case files([FileIdentity])
    /// For a store created by this program: its position in the change log, and the files at that time; no
    /// files if another process was writing.
    case position(ChangeLogPosition, [FileIdentity])
  }

  init(_ rules: ReadingRules, _ state: State) {
    self.rules = rules.spelling
    self.state = state
  }

  /// The key with which the cache of these rows is written. It is not part of the written fingerprint.
  var key: CacheKey {
    switch state {
    case .files: .published
    case .position(let position, _): position.cacheKey
    }
  }

  /// The number of changes from which rows count as far apart.
  private static let manyChanges: Int64 = 1000

  /// Whether so much has changed since `earlier` that an incremental load takes noticeable time.
  func hasManyChanges(since earlier: SourceFingerprint) -> Bool {
    guard case .position(let now, _) = state, case .position(let then, _) = earlier.state else { return true }
    return now.distance(from: then).greatest >= Self.manyChanges
  }

  /// Whether the rows of this fingerprint are those of `other`.
  ///
  /// For a store created by this program, the same position in the change log proves this only if the files
  /// match too, because a commit that the change log has missed changes the files. If the write-ahead logs
  /// match, the database file itself may differ, because another process may have written the log back into
  /// it.
  func hasSameRows(as other: SourceFingerprint) -> Bool {
    guard case .position(let position, let files) = state,
      case .position(let otherPosition, let otherFiles) = other.state
    else { return self == other }
    guard rules == other.rules, position == otherPosition, !files.isEmpty, files.count == otherFiles.count
    else {
      return false
    }
    if files.count == 2, files[1].hasSameContents(as: otherFiles[1]) {
      return files[0].isSameFile(as: otherFiles[0])
    }
    return zip(files, otherFiles).allSatisfy { $0.hasSameContents(as: $1) }
  }

  /// The time of the latest change to any of the files.
  var latestChange: FileTime {
    switch state {
    case .files(let files), .position(_, let files): files.map(\.changed).max() ?? .earliest
    }
  }

  /// The same rows without their files, which no longer identify them. It serves only as the start of an
  /// incremental load from the change log.
  var withoutFiles: SourceFingerprint {
    guard case .position(let position, _) = state else { return self }
    var fingerprint = self
    fingerprint.state = .position(position, [])
    return fingerprint
  }
}

extension SourceFingerprint {
  func write(to writer: inout ByteWriter) {
    writer.write(rules)
    switch state {
    case .files(let files):
      writer.write(Kind.files.rawValue)
      writer.write(files) { writer, file in writer.write(file) }
    case .position(let position, let files):
      writer.write(Kind.position.rawValue)
      writer.write(position.recordID)
      writer.write(position.definitions)
      writer.write(position.lastEvent)
      writer.write(position.lastProperty)
      writer.write(position.lastChange)
      writer.write(position.nonce)
      writer.write(position.newestEventID)
      writer.write(files) { writer, file in writer.write(file) }
    }
  }

  /// Nil if the bytes are not a fingerprint.
  ///
  /// - Parameter key: the key with which it was written.
  init?(_ reader: inout ByteReader, _ key: CacheKey) {
    rules = reader.text()
    switch Kind(rawValue: reader.number()) {
    case .files?:
      state = .files(reader.elements { $0.file() })
    case .position?:
      let position = ChangeLogPosition(
        recordID: reader.text(), definitions: reader.number(), lastEvent: reader.signed(),
        lastProperty: reader.signed(), lastChange: reader.signed(), nonce: reader.signed(),
        newestEventID: reader.text(), cacheKey: key)
      state = .position(position, reader.elements { $0.file() })
    case nil: return nil
    }
  }

  private enum Kind: UInt64 {
    case files = 1
    case position = 3
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ file: FileIdentity) {
    write(file.device)
    write(file.inode)
    write(file.byteCount)
    for time in [file.modified, file.changed] {
      write(time.seconds)
      write(time.nanoseconds)
    }
  }
}

extension ByteReader {
  fileprivate mutating func file() -> FileIdentity {
    FileIdentity(
      device: number(), inode: number(), byteCount: signed(), modified: time(), changed: time())
  }

  private mutating func time() -> FileTime { FileTime(seconds: signed(), nanoseconds: signed()) }
}

extension ReadingRules {
  /// Raised when a version of this program reads other values from the same row, so that older caches do not count.
  private static let revision = 3

  /// Everything that decides what is read from a row, in one line.
  var spelling: String {
    var rules = [
      "revision \(Self.revision)", "website \(defaultWebsiteID.debugDescription)", "strict \(isStrict)",
      "columns \(columnMap.entries)",
    ]
    rules += [accessLogs.spelling, times.spelling]
    if let pageviewNames { rules.append("pageviews \(pageviewNames)") }
    if let table { rules.append("table \(table.debugDescription)") }
    if let separator { rules.append("separator \(separator)") }
    if let header { rules.append("header \(header)") }
    if let encoding { rules.append("encoding \(encoding.rawValue)") }
    return rules.joined(separator: ", ")
  }
}
