/// What tells the rows that columns were made from, and the rules by which they were read, from others.
/// A cache is used only where its mark is the source's.
struct SourceMark: Equatable {
  /// The rules of reading, in words.
  let rules: String
  let state: State

  enum State: Equatable {
    /// The files and how they were, when they are no stores of our own.
    case files([FileIdentity])
    /// A store of our own, by its change record.
    case moment(StoreMoment)
  }

  init(_ rules: ReadingRules, _ state: State) {
    self.rules = rules.spelling
    self.state = state
  }

  /// From how many changes on rows are far from others.
  private static let farChanges: Int64 = 1000

  /// Whether so much has changed since `earlier` that bringing columns up to date takes its time.
  func isFar(from earlier: SourceMark) -> Bool {
    guard case .moment(let now) = state, case .moment(let then) = earlier.state else { return true }
    return now.lastEvent - then.lastEvent + now.lastProperty - then.lastProperty + now.lastChange
      - then.lastChange >= Self.farChanges
  }

  /// When any of the files has changed last.
  var latestChange: FileTime {
    switch state {
    case .files(let files): files.map(\.changed).max() ?? .earliest
    // A record counts changes, however quickly they come.
    case .moment: .earliest
    }
  }
}

extension SourceMark {
  func write(to writer: inout ByteWriter) {
    writer.write(rules)
    switch state {
    case .files(let files):
      writer.write(Kind.files.rawValue)
      writer.write(files) { writer, file in
        writer.write(file.device)
        writer.write(file.inode)
        writer.write(file.byteCount)
        for time in [file.modified, file.changed] {
          writer.write(time.seconds)
          writer.write(time.nanoseconds)
        }
      }
    case .moment(let moment):
      writer.write(Kind.moment.rawValue)
      writer.write(moment.storeID)
      writer.write(moment.definitions)
      writer.write(moment.lastEvent)
      writer.write(moment.lastProperty)
      writer.write(moment.lastChange)
      writer.write(moment.newestEventID)
    }
  }

  /// Nil where there is no mark.
  init?(_ reader: inout ByteReader) {
    rules = reader.text()
    switch Kind(rawValue: reader.number()) {
    case .files?:
      state = .files(
        reader.elements { reader in
          FileIdentity(
            device: reader.number(), inode: reader.number(), byteCount: reader.signed(),
            modified: reader.time(), changed: reader.time())
        })
    case .moment?:
      state = .moment(
        StoreMoment(
          storeID: reader.text(), definitions: reader.number(), lastEvent: reader.signed(),
          lastProperty: reader.signed(), lastChange: reader.signed(), newestEventID: reader.text()))
    case nil: return nil
    }
  }

  private enum Kind: UInt64 {
    case files = 1
    case moment = 2
  }
}

extension ByteReader {
  fileprivate mutating func time() -> FileTime { FileTime(seconds: signed(), nanoseconds: signed()) }
}

extension ReadingRules {
  /// All that decides what is read from a row, in one line.
  var spelling: String { "website \(defaultWebsiteID), strict \(isStrict), columns \(columnMap.spelling)" }
}
