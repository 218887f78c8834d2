/// Brings the columns of one website up to date when some rows of the store have changed.
///
/// Whole sessions are what is exchanged: those that a change has touched are left out of the old columns, and
/// all rows that they have now are read anew. Sessions that share a visit with one of them are taken along.
/// Partitions without such a session stay the objects that they are.
public struct WebsiteUpdate {
  public let id: String
  private let old: WebsiteColumns
  /// By partition.
  private let origins: [Origins]
  private var sessions = KeySet()
  private var visits = KeySet()
  /// By partition: the touched sessions.
  private var dropped: [Set<Int>]

  /// Nil where the columns do not say which rows they were made from.
  public init?(_ columns: WebsiteColumns) {
    id = columns.id
    old = columns
    origins = columns.partitions.compactMap(\.origins)
    guard origins.count == columns.partitions.count else { return nil }
    dropped = origins.map { _ in [] }
  }

  /// Notes that events of the session with this ``originKey(_:)`` are new, changed or gone.
  public mutating func touch(session key: UInt64) { sessions.insert(key) }

  /// Notes that the visit with this ``originKey(_:)`` has a new or changed event.
  public mutating func touch(visit key: UInt64) { visits.insert(key) }

  /// Whether the session is among those that are read anew.
  public func isTouched(session key: UInt64) -> Bool { sessions.contains(key) }

  public func isTouched(visit key: UInt64) -> Bool { visits.contains(key) }

  /// Finds the touched sessions in the old columns, and those that share a visit with them.
  public mutating func close() {
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for (number, origins) in origins.enumerated() {
        if drop(origins, number) { isGrowing = true }
        let (keys, owners) = (origins.visitKeys.span, origins.visitSessions.span)
        for visit in keys.indices where visits.contains(keys[visit]) {
          let owner = Int(owners[visit])
          if dropped[number].contains(owner) { continue }
          sessions.insert(origins.sessionKeys[owner])
          isGrowing = true
        }
      }
    }
  }

  /// Whether any session was dropped that was not before: its visits may stand in partitions already seen.
  private mutating func drop(_ origins: Origins, _ number: Int) -> Bool {
    let known = dropped[number].count
    let keys = origins.sessionKeys.span
    for session in keys.indices where sessions.contains(keys[session]) {
      guard dropped[number].insert(session).inserted else { continue }
      for visit in origins.visits(of: session..<(session + 1)) { visits.insert(origins.visitKeys[visit]) }
    }
    return dropped[number].count > known
  }

  /// The ids of the rows that the touched sessions had, in no order.
  public var rowIDs: [Int64] {
    origins.indices.flatMap { number in
      let starts = old.partitions[number].sessionStarts
      return dropped[number].flatMap { session in
        (Int(starts[session])..<Int(starts[session + 1])).map { Int64(origins[number].rowIDs[$0]) }
      }
    }
  }

  /// The columns with the touched sessions as they are in `new`; nil where no event is left.
  public func finish(_ new: WebsiteColumns?) -> WebsiteColumns? {
    let new = new ?? WebsiteColumns(idWithoutEvents: id)
    let (dictionaries, codes) = WebsiteDictionaries.merge(old, new)
    let oldByMonth = Dictionary(uniqueKeysWithValues: old.partitions.enumerated().map { ($1.month, $0) })
    let newByMonth = Dictionary(uniqueKeysWithValues: new.partitions.map { ($0.month, $0) })
    let months = Set(oldByMonth.keys).union(newByMonth.keys).sorted()
    let partitions = months.compactMap { month -> Partition? in
      let number = oldByMonth[month]
      let dropped = number.map { self.dropped[$0].sorted() } ?? []
      if let number, dropped.isEmpty, newByMonth[month] == nil { return old.partitions[number] }
      return PartitionMerge(
        number.map { old.partitions[$0] }, dropping: dropped, adding: newByMonth[month], codes: codes
      ).partition(month: month)
    }
    if partitions.isEmpty { return nil }
    return WebsiteColumns(id: id, partitions: partitions, dictionaries: dictionaries)
  }
}

extension WebsiteDictionaries {
  /// The dictionaries of `old` with the texts of `new`, and what the codes of `new` become.
  fileprivate static func merge(
    _ old: WebsiteColumns, _ new: WebsiteColumns
  ) -> (dictionaries: WebsiteDictionaries, codes: WebsiteCodes) {
    let texts = TextColumn.allCases.map { DictionaryMerge(old.dictionary($0), adding: new.dictionary($0)) }
    let keys = DictionaryMerge(old.propertyKeys, adding: new.propertyKeys)
    let strings = DictionaryMerge(old.propertyStrings, adding: new.propertyStrings)
    let sharedVisits = old.partitions.flatMap(\.sharedVisits.all)
    return (
      WebsiteDictionaries(
        texts: texts.map { Checked($0.dictionary) }, propertyKeys: Checked(keys.dictionary),
        propertyStrings: Checked(strings.dictionary)),
      WebsiteCodes(
        texts: texts.map(\.codes), propertyKeys: keys.codes, propertyStrings: strings.codes,
        firstSharedVisit: sharedVisits.map { $0.number + 1 }.max() ?? 0)
    )
  }
}
