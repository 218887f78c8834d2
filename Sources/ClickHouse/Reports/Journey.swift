import Engine

extension ClickHouseBackend {
  func journeyList(_ request: JourneyRequest, on executor: ParallelExecutor) throws(ReportError)
    -> JourneyList
  {
    var query = try query(request.countedEvents, on: executor)
    let journeys = try JourneysSQL(request, &query)
    // Nil is the empty text and comes first, as in lists.
    let rows = try rows(
      query.with + """
        SELECT items, toInt64(count()) AS number FROM (\(journeys.paths))
        GROUP BY items HAVING number >= \(value: request.minimumCount)
        ORDER BY number DESC, items LIMIT \(value: request.limit)
        """, on: executor
    ) { row throws(ClickHouseError) in
      Journey(
        items: try row.list { row throws(ClickHouseError) in JourneysSQL.item(try row.text()) },
        count: try row.count())
    }
    guard request.countsPaths else { return JourneyList(rows: rows) }
    let (visits, paths) = try row(
      query.with + "SELECT toInt64(count()), toInt64(uniqExact(items)) FROM (\(journeys.paths))", on: executor
    ) { row throws(ClickHouseError) in (try row.count(), try row.count()) }
    return JourneyList(rows: rows, visits: visits, paths: paths)
  }

  func journeyGraph(
    _ request: JourneyRequest, nodeLimit: Int?, on executor: ParallelExecutor
  ) throws(ReportError) -> JourneyGraph {
    var query = try query(request.countedEvents, on: executor)
    let journeys = try JourneysSQL(request, &query)
    let fromEnd = request.from == nil && request.to != nil
    // The items in the order in which places are counted; after the last one comes the empty text.
    let walk: SQL = fromEnd ? "arrayReverse(shown)" : "shown"
    let steps = try rows(
      query.with + """
        SELECT toInt64(place), item, next, toInt64(next = '' AND is_cut), toInt64(count())
        FROM (
          SELECT is_cut, arrayFilter(item -> item != '', items) AS shown, \(walk) AS walk
          FROM (\(journeys.paths)))
        ARRAY JOIN walk AS item, arrayEnumerate(walk) AS place, arrayPushBack(arrayPopFront(walk), '') AS next
        GROUP BY place, item, next, next = '' AND is_cut
        """, on: executor
    ) { row throws(ClickHouseError) in
      JourneyStep(
        place: try row.count(), item: JourneysSQL.item(try row.text()) ?? "",
        next: JourneysSQL.item(try row.text()), isCut: try row.count() != 0, count: try row.count())
    }
    return JourneyGraph(steps, nodeLimit: nodeLimit, countsFromEnd: fromEnd)
  }
}

extension JourneyRequest {
  /// The events of which journeys are made.
  fileprivate var countedEvents: ReportScope {
    var scope = scope
    if let onlyType { scope.conditions.append(.eventType(onlyType)) }
    scope.conditions += excluded.map { .not($0) }
    return scope
  }
}

/// The final items of visits.
private struct JourneysSQL {
  /// A row for each visit with a journey: `items`, in which nil is the empty text and any other item has a letter before it, and
  /// `is_cut`, whether the number of steps cut some off.
  let paths: SQL

  /// The item of a text in ``paths``.
  static func item(_ text: String) -> String? { text.isEmpty ? nil : String(text.unicodeScalars.dropFirst()) }

  init(_ request: JourneyRequest, _ query: inout EventQuery) throws(ReportError) {
    query.need(.visit, .time, .tie)
    let name = query.column(.text(.eventName))
    var text = query.dimension(request.item)
    if !request.groups.isEmpty {
      let groups = request.groups.map { group in
        "\(group.pattern.sql("shown_text")), \(value: group.name)" as SQL
      }
      text = """
        tupleElement((toString(\(text)) AS shown_text, multiIf(\(groups.joined(separator: ", ")), shown_text)), 2)
        """
    }
    var flags: [SQL] = []
    for condition in [request.from, request.to] {
      flags.append(
        try condition.map { condition throws(ReportError) in "toUInt8(\(try query.test(condition)))" }
          ?? "toUInt8(0)")
    }
    // By visit: the events in order, each with its item, and whether a journey starts or ends with it.
    let visits: SQL = """
      SELECT arraySort(groupArray((t, tie, concat('=', if(\(name) != '', toString(\(name)), toString(\(text)))), \
      \(flags[0]), \(flags[1])))) AS visit_events
      FROM events GROUP BY visit
      """
    // The runs of one item, or the events, and by event the place of its item among them.
    let isFirst: SQL =
      request.collapse == .before
      ? "arrayMap((item, before) -> item != before, all_items, arrayPushFront(arrayPopBack(all_items), ''))"
      : "arrayMap(item -> true, all_items)"
    let items: SQL = """
      SELECT arrayMap(e -> e.4, visit_events) AS starts, arrayMap(e -> e.5, visit_events) AS ends,
        arrayMap(e -> e.3, visit_events) AS all_items, \(isFirst) AS is_first,
        arrayFilter((item, first) -> first, all_items, is_first) AS run_items, arrayCumSum(is_first) AS places
      FROM (\(visits))
      """
    let (begin, end): (SQL, SQL) =
      switch (request.from, request.to) {
      case (nil, nil): ("1", "length(starts)")
      case (_?, nil): ("arrayFirstIndex(flag -> flag, starts)", "length(starts)")
      case (nil, _?): ("1", "arrayLastIndex(flag -> flag, ends)")
      case (_?, _?):
        (
          "arrayFirstIndex(flag -> flag, starts)",
          "arrayFirstIndex((flag, i) -> flag AND i > begin, ends, arrayEnumerate(ends))"
        )
      }
    let trimmed: SQL = """
      SELECT toInt64(\(begin)) AS begin, toInt64(\(end)) AS end,
        arraySlice(run_items, places[begin], toInt64(places[end]) - toInt64(places[begin]) + 1) AS part
      FROM (\(items))
      """
    let steps = request.steps
    let cut: SQL
    var condition: SQL = "begin > 0 AND end > 0"
    if request.to == nil {
      cut = "arrayConcat(arraySlice(part, 1, \(value: steps)), if(length(part) < \(value: steps), [''], []))"
    } else if request.from == nil {
      cut = "arrayConcat(if(length(part) < \(value: steps), [''], []), arraySlice(part, -\(value: steps)))"
    } else {
      cut = "part"
      condition += " AND length(part) <= \(value: steps)"
    }
    var wanted: [SQL] = []
    if let start = request.startStep { wanted.append("items[1] = \(value: "=" + start)") }
    if let end = request.endStep {
      wanted.append("arrayLast(item -> item != '', items) = \(value: "=" + end)")
    }
    paths = """
      SELECT \(request.collapse == .after ? "arrayCompact(\(cut))" : cut) AS items, \
      length(part) > \(value: steps) AS is_cut
      FROM (\(trimmed)) WHERE \(condition) AND \(wanted.allHold())
      """
  }
}

// MARK: The graph

/// How many visits go from an item of a place to another one of the next, or end there.
private struct JourneyStep {
  let place: Int
  let item: String
  /// Nil if it is the last.
  let next: String?
  let isCut: Bool
  let count: Int
}

/// A node of the graph, by place and item; nil: all items without a node of their own.
private struct NodeKey: Hashable {
  let place: Int
  let item: [UInt8]?
}

extension JourneyGraph {
  fileprivate init(_ steps: [JourneyStep], nodeLimit: Int?, countsFromEnd: Bool) {
    var counts: [Int: [[UInt8]: Int]] = [:]
    for step in steps { counts[step.place, default: [:]][Array(step.item.utf8), default: 0] += step.count }
    var named: Set<NodeKey> = []
    for (place, counts) in counts {
      let order = counts.sorted { a, b in
        a.value != b.value ? a.value > b.value : a.key.lexicographicallyPrecedes(b.key)
      }
      for (item, _) in order.prefix(nodeLimit ?? order.count) {
        named.insert(NodeKey(place: place, item: item))
      }
    }
    func node(_ place: Int, _ item: String) -> NodeKey {
      let key = NodeKey(place: place, item: Array(item.utf8))
      return named.contains(key) ? key : NodeKey(place: place, item: nil)
    }
    var nodes: [NodeKey: (count: Int, ends: Int, cut: Int)] = [:]
    var links: [[NodeKey]: Int] = [:]
    for step in steps {
      let key = node(step.place, step.item)
      nodes[key, default: (0, 0, 0)].count += step.count
      if let next = step.next {
        let other = node(step.place + 1, next)
        links[countsFromEnd ? [other, key] : [key, other], default: 0] += step.count
      } else if step.isCut {
        nodes[key, default: (0, 0, 0)].cut += step.count
      } else {
        nodes[key, default: (0, 0, 0)].ends += step.count
      }
    }
    func step(_ key: NodeKey) -> Int { countsFromEnd ? -key.place : key.place }
    func text(_ key: NodeKey) -> String? { key.item.map { String(decoding: $0, as: UTF8.self) } }
    let sortedNodes = nodes.sorted { a, b in
      if a.key.place != b.key.place { return a.key.place < b.key.place }
      return a.value.count != b.value.count ? a.value.count > b.value.count : precedes(a.key, b.key)
    }
    let sortedLinks = links.sorted { a, b in
      if a.key[0].place != b.key[0].place { return a.key[0].place < b.key[0].place }
      if a.value != b.value { return a.value > b.value }
      return a.key[0] != b.key[0] ? precedes(a.key[0], b.key[0]) : precedes(a.key[1], b.key[1])
    }
    self.init(
      nodes: sortedNodes.map { key, value in
        Node(step: step(key), item: text(key), count: value.count, ends: value.ends, cut: value.cut)
      },
      links: sortedLinks.map { keys, count in
        Link(step: step(keys[0]), from: text(keys[0]), to: text(keys[1]), count: count)
      },
      countsFromEnd: countsFromEnd)
  }
}

/// Whether an item comes before another one of its place: by name, nil first.
private func precedes(_ a: NodeKey, _ b: NodeKey) -> Bool {
  guard let itemOfB = b.item else { return false }
  return a.item.map { $0.lexicographicallyPrecedes(itemOfB) } ?? true
}
