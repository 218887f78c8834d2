/// What tells the rows that columns were made from, and the rules by which they were read, from others.
/// A cache is used only where its fingerprint is the source's.
struct SourceFingerprint: Equatable {
  /// The rules of reading, in words.
  let rules: String
  private(set) var state: State

  enum State: Equatable {
    /// The files and how they were, when they are no stores of our own.
    case files([FileIdentity])
    /// A store of our own, by its change log, and the files as they were then: none if somebody was writing.
    case position(ChangeLogPosition, [FileIdentity])
  }

  init(_ rules: ReadingRules, _ state: State) {
    self.rules = rules.spelling
    self.state = state
  }

  /// What the cache of these rows is written with, which is no part of what is written.
  var key: CacheKey {
    switch state {
    case .files: .published
    case .position(let position, _): position.cacheKey
    }
  }

  /// From how many changes on rows are far from others.
  private static let farChanges: Int64 = 1000

  /// Whether so much has changed since `earlier` that bringing columns up to date takes its time.
  func isFar(from earlier: SourceFingerprint) -> Bool {
    guard case .position(let now, _) = state, case .position(let then, _) = earlier.state else { return true }
    return now.distance(from: then).greatest >= Self.farChanges
  }

  /// Whether the rows of this fingerprint are those of `other`.
  ///
  /// Of a store of our own, the change log says so only where the files say so too: a commit that the change log knows nothing
  /// of has changed them. If both have the same log, the file may have changed, since somebody has brought
  /// the log into it.
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

  /// When any of the files has changed last.
  var latestChange: FileTime {
    switch state {
    case .files(let files), .position(_, let files): files.map(\.changed).max() ?? .earliest
    }
  }

  /// The same rows, which no files tell from others any more: good to go on from by the change log, and for nothing else.
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

  /// Nil if there is no fingerprint.
  ///
  /// - Parameter key: the one that it was written with.
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
  /// All that decides what is read from a row, in one line.
  var spelling: String { "website \(defaultWebsiteID), strict \(isStrict), columns \(columnMap.spelling)" }
}
