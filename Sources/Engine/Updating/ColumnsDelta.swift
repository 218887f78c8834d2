/// Updates the columns of the events of a website, or those of its measurements.
///
/// The delta consists of whole sessions: sessions that a change has touched are dropped from the old columns,
/// and all of their current rows are read again. So are sessions that share a visit with one of them.
/// Partitions without such a session are reused unchanged.
struct ColumnsDelta {
  /// The id of the website.
  let id: String
  private let old: WebsiteColumns
  /// By partition.
  private let sourceRowIDs: [CodeColumn]
  private let identities: [SessionIdentities]
  private var sessions = IdentityHashSet()
  private var visits = IdentityHashSet()
  /// By partition: the touched sessions.
  private var dropped: [Set<Int>]

  /// Fails if the columns have no source row ids, or if they must be assembled again from all rows.
  init?(_ columns: WebsiteColumns) {
    id = columns.id
    old = columns
    sourceRowIDs = columns.partitions.compactMap(\.sourceRowIDs)
    identities = columns.partitions.map(\.identities)
    guard sourceRowIDs.count == columns.partitions.count,
      !columns.partitions.contains(where: \.sharedVisits.hasFewNumbersLeft)
    else { return nil }
    dropped = sourceRowIDs.map { _ in [] }
  }

  /// Records that events of the session with this ``identityHash(_:)`` were inserted, changed or deleted.
  mutating func invalidate(session key: UInt64) { sessions.insert(key) }

  /// Records that an event of the visit with this ``identityHash(_:)`` was inserted or changed.
  mutating func invalidate(visit key: UInt64) { visits.insert(key) }

  /// Returns whether the session is among those that are read again.
  func isInvalidated(session key: UInt64) -> Bool { sessions.contains(key) }

  /// Returns whether the visit is among those whose sessions are read again.
  func isInvalidated(visit key: UInt64) -> Bool { visits.contains(key) }

  /// A session of the old columns.
  private struct SessionLocation {
    let partition: Int
    let session: Int
  }

  /// Finds the touched sessions in the old columns, and the sessions that share a visit with them.
  mutating func findAffectedSessions() {
    var found: [SessionLocation] = []
    for (number, identities) in identities.enumerated() {
      let (keys, visitHashes, owners) = (
        identities.sessionHashes.span, identities.visitHashes.span, identities.visitSessions.span
      )
      for session in keys.indices where sessions.contains(keys[session]) {
        found.append(SessionLocation(partition: number, session: session))
      }
      for visit in visitHashes.indices where visits.contains(visitHashes[visit]) {
        found.append(SessionLocation(partition: number, session: Int(owners[visit])))
      }
    }
    dropWithSharers(found)
  }

  /// Drops these sessions and, transitively, all sessions that share a visit with a dropped one.
  private mutating func dropWithSharers(_ found: [SessionLocation]) {
    var rest = found
    guard !rest.isEmpty else { return }
    let shared = SharedVisitIndex(old.partitions)
    var isFollowed = Array(repeating: false, count: shared.visitCount)
    while let index = rest.popLast() {
      guard dropped[index.partition].insert(index.session).inserted else { continue }
      let identities = identities[index.partition]
      sessions.insert(identities.sessionHashes[index.session])
      for visit in identities.visits(of: index.session..<(index.session + 1)) {
        visits.insert(identities.visitHashes[visit])
      }
      for visit in shared.visits(partition: index.partition, session: index.session)
      where !isFollowed[visit] {
        isFollowed[visit] = true
        rest += shared.sessions(of: visit).map {
          SessionLocation(partition: $0.partition, session: $0.session)
        }
      }
    }
  }

  /// The source ids of the rows that the touched sessions had, in no particular order.
  var rowIDs: [Int64] {
    sourceRowIDs.indices.flatMap { number in
      let starts = old.partitions[number].sessionStarts
      return dropped[number].flatMap { session in
        (Int(starts[session])..<Int(starts[session + 1])).map { Int64(sourceRowIDs[number][$0]) }
      }
    }
  }

  /// The months of each old partition, by which new rows must be partitioned.
  var periods: [ClosedRange<Int>] { old.partitions.map(\.months) }

  /// Returns the columns with the touched sessions replaced by those in `new`, which was partitioned by
  /// ``periods``. Returns nil if no event is left and `new` is nil, that is, no row of the website was read.
  func finish(_ new: WebsiteColumns?) -> WebsiteColumns? {
    let isRead = new != nil
    let new = new ?? WebsiteColumns(idWithoutEvents: id)
    let (dictionaries, codes) = WebsiteDictionaries.merge(old, new)
    var partitions: [Partition] = []
    var added = new.partitions[...]
    func merge(_ number: Int?, _ new: Partition?, _ months: ClosedRange<Int>) {
      let dropped = number.map { self.dropped[$0].sorted() } ?? []
      let merge = PartitionSplice(
        number.map { old.partitions[$0] }, dropping: dropped, adding: new, codes: codes)
      if let partition = merge.partition(months: months) { partitions.append(partition) }
    }
    for (number, partition) in old.partitions.enumerated() {
      while let new = added.first, new.months.upperBound < partition.months.lowerBound {
        merge(nil, new, new.months)
        added.removeFirst()
      }
      // New rows were partitioned by the months of the old partitions.
      if let new = added.first, partition.months.contains(new.months.lowerBound) {
        merge(number, new, partition.months)
        added.removeFirst()
      } else if dropped[number].isEmpty {
        partitions.append(partition)
      } else {
        merge(number, nil, partition.months)
      }
    }
    for new in added { merge(nil, new, new.months) }
    if partitions.isEmpty, !isRead { return nil }
    return WebsiteColumns(id: id, partitions: partitions, dictionaries: dictionaries)
  }
}

extension WebsiteDictionaries {
  /// Returns the dictionaries of `old` with the texts of `new` appended, and the code remapping of `new`.
  fileprivate static func merge(
    _ old: WebsiteColumns, _ new: WebsiteColumns
  ) -> (dictionaries: WebsiteDictionaries, codes: WebsiteCodes) {
    let texts = TextColumn.allCases.map { DictionaryMerge(old.dictionary($0), adding: new.dictionary($0)) }
    let keys = DictionaryMerge(old.propertyKeys, adding: new.propertyKeys)
    let strings = DictionaryMerge(old.propertyStrings, adding: new.propertyStrings)
    let sharedVisits = old.partitions.flatMap(\.sharedVisits.all)
    return (
      WebsiteDictionaries(
        texts: texts.map { LazilyVerified($0.dictionary) }, propertyKeys: LazilyVerified(keys.dictionary),
        propertyStrings: LazilyVerified(strings.dictionary)),
      WebsiteCodes(
        texts: texts.map(\.codes), propertyKeys: keys.codes, propertyStrings: strings.codes,
        firstSharedVisit: sharedVisits.map { $0.number + 1 }.max() ?? 0)
    )
  }
}
