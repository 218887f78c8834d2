import System

/// Splices two partitions of the same months into one: sessions of an old partition, copied as they are, and
/// sessions that were read again.
struct PartitionSplice {
  private let sources: [Source]
  /// In the order of the new partition.
  private let runs: [Run]

  private struct Source {
    let partition: Partition
    /// How the partition's codes are remapped.
    let codes: WebsiteCodes
  }

  /// Sessions that are adjacent both in a source and in the new partition.
  private struct Run {
    let source: Int
    var sessions: Range<Int>
    var rows: Range<Int>
  }

  /// - Parameters:
  ///   - old: The existing partition; nil if the months had none.
  ///   - dropped: The sessions of `old` that are left out, ascending.
  ///   - new: The sessions that were read again.
  ///   - codes: How the codes of `new` are remapped.
  init(_ old: Partition?, dropping dropped: [Int], adding new: Partition?, codes: WebsiteCodes) {
    var sources: [Source] = []
    var sessions: [(key: UInt64, source: Int, session: Int)] = []
    func add(_ partition: Partition, _ codes: WebsiteCodes, without dropped: [Int]) {
      var dropped = dropped[...]
      for session in 0..<(partition.sessionStarts.count - 1) {
        if dropped.first == session {
          dropped.removeFirst()
        } else {
          let (start, end) = (partition.sessionStarts[session], partition.sessionStarts[session + 1])
          let rank = SessionRank(first: partition.times[Int(start)], last: partition.times[Int(end) - 1])
          sessions.append((rank.key, sources.count, session))
        }
      }
      sources.append(Source(partition: partition, codes: codes))
    }
    if let old { add(old, .unchanged, without: dropped) }
    if let new { add(new, codes, without: []) }
    sessions.sort { ($0.key, $0.source, $0.session) < ($1.key, $1.source, $1.session) }
    runs = Self.runs(sessions.map { ($0.source, $0.session) }, sources)
    self.sources = sources
  }

  private static func runs(_ sessions: [(source: Int, session: Int)], _ sources: [Source]) -> [Run] {
    var runs: [Run] = []
    for (source, session) in sessions {
      let starts = sources[source].partition.sessionStarts
      let rows = Int(starts[session])..<Int(starts[session + 1])
      if let last = runs.last, last.source == source, last.sessions.upperBound == session {
        runs[runs.count - 1].sessions = last.sessions.lowerBound..<(session + 1)
        runs[runs.count - 1].rows = last.rows.lowerBound..<rows.upperBound
      } else {
        runs.append(Run(source: source, sessions: session..<(session + 1), rows: rows))
      }
    }
    return runs
  }

  /// Returns nil if no session is left.
  func partition(months: ClosedRange<Int>) -> Partition? {
    guard !runs.isEmpty else { return nil }
    let (times, sharedVisits) = (times(), sharedVisits())
    return Partition(
      months: months, sessionStarts: sessionStarts(),
      times: TimeColumn(count: times.count) { times[$0] },
      visits: codes {
        $0.visits
      } _: { _ in
        nil
      },
      types: concatenated(\.rows) { $0.types },
      clickIDs: concatenated(\.rows) { $0.clickIDs },
      texts: TextColumn.allCases.map { column in
        codes {
          $0[column]
        } _: {
          $0.texts[column.rawValue]
        }
      },
      properties: properties(), sharedVisits: sharedVisits,
      inputOrder: sharedVisits.isEmpty ? nil : inputOrder(), identities: identities(),
      sourceRowIDs: sourceRowIDs())
  }

  /// Concatenates the elements of a column from all runs; `part` returns the range of a run's elements in the
  /// column.
  private func concatenated<Element>(
    _ part: (Run) -> Range<Int>, _ column: (Partition) -> Column<Element>?
  ) -> Column<Element> {
    let columns = sources.map { column($0.partition) }
    return Column(count: runs.reduce(0) { $0 + part($1).count }) { concatenated in
      var end = 0
      for run in runs {
        let part = part(run)
        columns[run.source]?.copy(part, to: UnsafeMutableBufferPointer(rebasing: concatenated[end...]))
        end += part.count
      }
    }
  }

  /// All sessions of a shared visit come from one source, so the numbers of both sources order its events.
  private func inputOrder() -> Column<UInt32> {
    let columns = sources.map(\.partition.inputOrder)
    return Column(count: rowCount) { concatenated in
      concatenated.initialize(repeating: 0)
      var end = 0
      for run in runs {
        columns[run.source]?.copy(run.rows, to: UnsafeMutableBufferPointer(rebasing: concatenated[end...]))
        end += run.rows.count
      }
    }
  }

  private func times() -> [Int64] {
    let columns = sources.map(\.partition.times)
    var (times, copied): ([Int64], [Int64]) = ([], [])
    times.reserveCapacity(rowCount)
    for run in runs {
      columns[run.source].copy(run.rows, to: &copied)
      times += copied[..<run.rows.count]
    }
    return times
  }

  private var rowCount: Int { runs.reduce(0) { $0 + $1.rows.count } }

  private func sessionStarts() -> Column<UInt32> {
    var starts: [UInt32] = [0]
    for run in runs {
      let old = sources[run.source].partition.sessionStarts
      let base = starts[starts.count - 1]
      starts += run.sessions.map { base + old[$0 + 1] - old[run.sessions.lowerBound] }
    }
    return Column(starts)
  }

  /// Concatenates a code column from all runs; `map` returns the code remapping of a source, nil if its codes
  /// are unchanged.
  private func codes(
    _ column: (Partition) -> CodeColumn, _ map: (WebsiteCodes) -> [UInt32]?
  ) -> CodeColumn {
    let columns = sources.map { (codes: column($0.partition), map: map($0.codes)) }
    var concatenated: [UInt32] = []
    concatenated.reserveCapacity(rowCount)
    var copied: [UInt32] = []
    for run in runs {
      let source = columns[run.source]
      source.codes.copy(run.rows, to: &copied)
      if let map = source.map {
        concatenated += copied[..<run.rows.count].map { map[Int($0)] }
      } else {
        concatenated += copied[..<run.rows.count]
      }
    }
    return CodeColumn(narrowing: concatenated)
  }
}

extension PartitionSplice {
  private func properties() -> PropertyColumns {
    var (rows, keys, strings, numbers) = ([UInt32](), [UInt32](), [UInt32](), [Int64]())
    var types: [UInt8] = []
    var firstRow = 0
    for run in runs {
      let source = sources[run.source]
      let properties = source.partition.properties
      for index in properties.range(of: run.rows) {
        rows.append(UInt32(Int(properties.rows[index]) - run.rows.lowerBound + firstRow))
        keys.append(
          source.codes.propertyKeys.map { $0[Int(properties.keys[index])] } ?? properties.keys[index])
        strings.append(
          source.codes.propertyStrings.map { $0[Int(properties.strings[index])] } ?? properties.strings[index]
        )
        numbers.append(properties.numbers[index])
        types.append(properties.types[index])
      }
      firstRow += run.rows.count
    }
    return PropertyColumns(
      rows: Column(rows), keys: CodeColumn(narrowing: keys), strings: CodeColumn(narrowing: strings),
      numbers: Column(numbers), types: Column(types))
  }

  private func sharedVisits() -> SharedVisits {
    var visits: [(session: Int, ordinal: UInt32, number: UInt32)] = []
    var firstSession = 0
    let ofSources = sources.map(\.partition.sharedVisits.all)
    for run in runs {
      let ofSource = ofSources[run.source]
      for index in run.sessions.indexRange(of: ofSource.count, { ofSource[$0].session }) {
        let visit = ofSource[index]
        visits.append(
          (
            visit.session - run.sessions.lowerBound + firstSession, visit.ordinal,
            visit.number + sources[run.source].codes.firstSharedVisit
          ))
      }
      firstSession += run.sessions.count
    }
    return SharedVisits(visits)
  }

  private func sourceRowIDs() -> CodeColumn? {
    guard sources.allSatisfy({ $0.partition.sourceRowIDs != nil }) else { return nil }
    return codes {
      // Every source has some, as checked above.
      $0.sourceRowIDs ?? .four(Column([]))
    } _: { _ in
      nil
    }
  }

  private func identities() -> SessionIdentities {
    let identities = sources.map(\.partition.identities)
    var (hashes, sessions, ordinals) = ([UInt64](), [UInt32](), [UInt32]())
    var firstSession = 0
    for run in runs {
      let source = identities[run.source]
      for visit in source.visits(of: run.sessions) {
        hashes.append(source.visitHashes[visit])
        sessions.append(UInt32(Int(source.visitSessions[visit]) - run.sessions.lowerBound + firstSession))
        ordinals.append(source.visitOrdinals[visit])
      }
      firstSession += run.sessions.count
    }
    return SessionIdentities(
      sessionHashes: concatenated(\.sessions) { $0.identities.sessionHashes }, visitHashes: Column(hashes),
      visitSessions: Column(sessions), visitOrdinals: CodeColumn(narrowing: ordinals))
  }
}

/// The code remapping of a website whose dictionaries are merged with others; nil for unchanged codes.
struct WebsiteCodes {
  /// By `TextColumn`.
  let texts: [[UInt32]?]
  let propertyKeys: [UInt32]?
  let propertyStrings: [UInt32]?
  /// The offset that is added to the numbers of shared visits.
  let firstSharedVisit: UInt32

  static let unchanged = WebsiteCodes(
    texts: TextColumn.allCases.map { _ in nil }, propertyKeys: nil, propertyStrings: nil, firstSharedVisit: 0)
}

/// Appends the texts of another dictionary to a dictionary.
struct DictionaryMerge {
  let dictionary: TextDictionary
  /// Code in the other dictionary → code in the merged one.
  let codes: [UInt32]

  /// Scans `old`, which may have millions of texts, once, and reads only texts whose length occurs in `new`.
  init(_ old: TextDictionary, adding new: TextDictionary) {
    var wanted = TextInterner()
    var isLengthWanted: [Bool] = []
    for code in 0..<new.count {
      new.withBytes(of: code) { text in
        _ = wanted.code(of: text)
        extend(&isLengthWanted, to: text.count + 1, with: false)
        isLengthWanted[text.count] = true
      }
    }
    var codes: [UInt32?] = Array(repeating: nil, count: new.count)
    old.forEach { code, text in
      guard text.count < isLengthWanted.count, isLengthWanted[text.count],
        let found = wanted.known(text)
      else { return }
      codes[Int(found)] = UInt32(code)
    }
    let added = codes.indices.filter { codes[$0] == nil }
    for (index, code) in added.enumerated() { codes[code] = UInt32(old.count + index) }
    dictionary = added.isEmpty ? old : TextDictionary(old, added.map { (new, $0) })
    self.codes = codes.compactMap(\.self)
  }
}

extension TextDictionary {
  /// Creates a dictionary of the texts of `first`, followed by those of `rest`.
  fileprivate init(_ first: TextDictionary, _ rest: [(dictionary: TextDictionary, code: Int)]) {
    var offsets: [UInt64] = [0]
    var bytes: [UInt8] = []
    func append(_ text: Bytes) {
      bytes.append(contentsOf: text)
      offsets.append(UInt64(bytes.count))
    }
    first.forEach { append($1) }
    for text in rest { text.dictionary.withBytes(of: text.code, append) }
    self.init(offsets: offsets, bytes: bytes)
  }
}
