import Engine

extension ClickHouseBackend {
  /// A conversion is joined with each of its touches, so that many conversions with many touches each take longer than
  /// anyone waits for.
  private static let maximumPairs = 1 << 24

  func attributionCredit(_ request: AttributionCreditRequest, on executor: ParallelExecutor)
    throws(ReportError) -> AttributionCreditReport
  {
    var query = try query(request.scope, readsProperties: request.currency != nil, on: executor)
    query.need(.visitor, .visit)
    let isConversion = try query.test(.any(request.steps.map(\.typedCondition)))
    let totals = try conversionTotals(query, isConversion, on: executor)
    let paths = CreditPathsSQL(request, isConversion, &query)
    if request.conversions == .every {
      let pairs = try row(paths.pairs, on: executor) { row throws(ClickHouseError) in try row.number() }
      guard pairs <= Double(Self.maximumPairs) else {
        throw .unsupported(
          "more than \(Self.maximumPairs) pairs of a conversion and a visit of its visitor (conversions of every)"
        )
      }
    }
    let found = try rows(paths.credits, on: executor) { row throws(ClickHouseError) in
      try CreditRow(&row, hasValues: request.currency != nil)
    }
    let shown = request.by.indices.map { index in
      found.filter { $0.dimension == index + 1 && $0.place > 0 }
    }
    let visitors = try nameVisitors(paths.visitors(of: shown.map { $0.map(\.name) }), on: executor)
    let cut = request.by.indices.map { index in
      found.first { $0.dimension == index + 1 && $0.place == 0 }
    }
    let hasRest = request.rest && cut.contains { $0 != nil }
    var rest: (assisted: [Int], visitors: [Int]) = ([], [])
    if hasRest {
      let names = shown.map { $0.map(\.name) }
      rest.assisted = try row(paths.assistedRest(without: names), on: executor, counts)
      rest.visitors = try row(paths.visitorsOfRest(without: names), on: executor, counts)
    }
    let conversions = found.filter { $0.dimension == 0 }
    let unattributed = conversions.first { $0.name == "1" }?.credits[0] ?? AttributionCredit()
    var total = conversions.first { $0.name == "0" }?.credits[0] ?? AttributionCredit()
    total.conversions += unattributed.conversions
    total.value += unattributed.value
    let names = request.by.indices.map { index in
      AttributedNames(
        rows: shown[index].map { row in
          AttributedName(
            name: row.name,
            visitors: visitors[CreditName(dimension: index + 1, row.name)] ?? 0,
            assisted: row.assisted, credits: row.credits)
        },
        rest: hasRest
          ? cut[index].map { row in
            AttributedName(
              name: nil, visitors: rest.visitors[index], assisted: rest.assisted[index], credits: row.credits)
          } : nil,
        unattributed: unattributed, total: total)
    }
    return AttributionCreditReport(
      names: names, pageviews: totals.events, visitors: totals.visitors, visits: totals.visits,
      decayWeights: 0)
  }

  private func nameVisitors(_ sql: SQL?, on executor: ParallelExecutor) throws(ReportError) -> [CreditName:
    Int]
  {
    guard let sql else { return [:] }
    var visitors: [CreditName: Int] = [:]
    for (name, count) in try rows(
      sql, on: executor,
      { row throws(ClickHouseError) in
        (CreditName(dimension: try row.count(), try row.text()), try row.count())
      })
    {
      visitors[name] = count
    }
    return visitors
  }

  private func counts(_ row: inout RowReader) throws(ClickHouseError) -> [Int] {
    try row.list { row throws(ClickHouseError) in try row.count() }
  }
}

/// A name of a dimension. Texts are compared by their bytes.
private struct CreditName: Hashable {
  private let dimension: Int
  private let bytes: [UInt8]

  init(dimension: Int, _ name: String) { (self.dimension, bytes) = (dimension, Array(name.utf8)) }
}

/// A row of ``CreditPathsSQL/credits``.
private struct CreditRow {
  /// Counted from 1; 0 for all conversions together.
  let dimension: Int
  /// Counted from 1; 0 for the names that are not shown, together.
  let place: Int
  /// Of all conversions: `1` for those without a touch, `0` for the others.
  let name: String
  let assisted: Int
  /// By model; one of all conversions.
  let credits: [AttributionCredit]

  init(_ row: inout RowReader, hasValues: Bool) throws(ClickHouseError) {
    (dimension, place, name, assisted) = (
      try row.count(), try row.count(), try row.text(), try row.count()
    )
    var credits = try row.list { row throws(ClickHouseError) in
      AttributionCredit(conversions: try row.amount())
    }
    if hasValues {
      let values = try row.list { row throws(ClickHouseError) in try row.amount() }
      for (index, value) in values.enumerated() where credits.indices.contains(index) {
        credits[index].value = value
      }
    }
    guard !credits.isEmpty else { throw .damagedAnswer("a name has no credit") }
    self.credits = credits
  }
}

/// The relation `paths`: a row for each conversion that counts with its touches, in order: `starts`, the places of their first
/// events, `names_1`, …, their names by each value of visits, and `t`, the time of the conversion. With a currency, `value` is what
/// it brought.
private struct CreditPathsSQL {
  private let request: AttributionCreditRequest
  private let query: EventQuery
  /// The columns of `visit_values` with the names.
  private let visitNames: [SQL]
  /// `WITH …, paths AS (…)`.
  private let with: SQL

  init(_ request: AttributionCreditRequest, _ isConversion: SQL, _ query: inout EventQuery) {
    self.request = request
    query.need(.visitor, .time, .tie)
    query.needInRange(.visitor, .visit, .time, .tie)
    let global = query.source.global
    visitNames = request.by.map { "toString(\(query.visitValueOfVisit($0)))" }
    let start = query.visitStart()
    var (money, hasAmount, value): (SQL, SQL, SQL) = ("", "", "")
    if let currency = request.currency {
      query.need(.id)
      (hasAmount, value) = (" AND has_amount", ", amount AS value")
      money = query.moneyJoin(in: currency)
    }
    let which: SQL =
      switch request.conversions {
      case .every: ""
      case .first: "ORDER BY visitor, t, tie LIMIT 1 BY visitor"
      case .last: "ORDER BY visitor, t DESC, tie DESC LIMIT 1 BY visitor"
      }
    let isRecent: SQL =
      request.lookbackMilliseconds.map {
        " AND t - tupleElement(tupleElement(touch, 1), 1) <= \(value: $0)"
      } ?? ""
    let names = request.by.indices.map { index in
      "arrayMap(touch -> tupleElement(touch, \(number: index + 2)), path) AS names_\(number: index + 1)"
        as SQL
    }
    let ownValue: SQL = request.currency == nil ? "" : ", value"
    with =
      query.with + """
        , conversions AS (
          SELECT visitor, t, tie\(value)
          FROM events\(money)
          WHERE (\(isConversion))\(hasAmount)
          \(which)),
        touches AS (
          SELECT visitor, arraySort(groupArray((\(start), \(visitNames.joined(separator: ", "))))) AS touches
          FROM (
            SELECT DISTINCT visitor, visit FROM in_range
            WHERE visitor \(global)IN (SELECT visitor FROM events WHERE \(isConversion))) AS visits
          \(global)INNER JOIN visit_values USING (visit)
          GROUP BY visitor),
        paths AS (
          SELECT t\(ownValue), arrayMap(touch -> tupleElement(touch, 1), path) AS starts, \(names.joined(separator: ", "))
          FROM (
            SELECT t\(ownValue), arrayFilter(touch -> tupleElement(touch, 1) <= (t, tie)\(isRecent), touches) AS path
            FROM conversions \(global)INNER JOIN touches USING (visitor)))

        """
    self.query = query
  }

  /// A statement with the number of pairs of a conversion and a visit of its visitor.
  var pairs: SQL {
    with + """
      SELECT toFloat64(sum(number * length(touches)))
      FROM (SELECT visitor, count() AS number FROM conversions GROUP BY visitor) AS converters
      \(query.source.global)INNER JOIN touches USING (visitor)
      """
  }

  /// A statement with the credits of the first names of each dimension, of the others together, and of all conversions: rows of
  /// ``CreditRow``.
  ///
  /// A lambda copies the columns that it uses for each element, so arrays are handed over as arrays, element by element.
  var credits: SQL {
    let kinds: [SQL] = request.currency == nil ? ["conversion"] : ["conversion", "value"]
    var levels: [[SQL]] = []
    func add(_ columns: [SQL]) {
      for (level, column) in columns.enumerated() {
        if level == levels.count { levels.append([]) }
        levels[level].append(column)
      }
    }
    /// The column with the credits of each touch by a model.
    func credits(_ model: Int, _ kind: Int, dimension: Int) -> SQL {
      let dependsOnNames = request.models[model].dependsOnNames
      // Once for all dimensions.
      let suffix: SQL =
        "\(number: model + 1)_\(number: kind + 1)_\(number: dependsOnNames ? dimension + 1 : 0)"
      let credit = CreditSQL(
        request.models[model], kinds[kind], "names_\(number: dimension + 1)",
        direct: request.by[dimension] == .channel ? "'Direct'" : "''", suffix)
      if dependsOnNames || dimension == 0 { add(credit.columns) }
      return credit.credits
    }
    let total: SQL =
      "(toUInt8(0), toString(touch_count = 0), toUInt8(0), \(kinds.map { "[\($0)]" as SQL }.joined(separator: ", ")))"
    var rows: [SQL] = ["[\(total)]"]
    for dimension in request.by.indices {
      let number: SQL = "\(number: dimension + 1)"
      add(["arrayEnumerateUniq(names_\(number)) AS places_\(number), names_\(number)[-1] AS last_\(number)"])
      var (arguments, arrays): ([SQL], [SQL]) = (["name", "place"], ["names_\(number)", "places_\(number)"])
      let lists = kinds.indices.map { kind -> SQL in
        let names = request.models.indices.map { model -> SQL in
          arrays.append(credits(model, kind, dimension: dimension))
          arguments.append("credit_\(number: model + 1)_\(number: kind + 1)")
          return arguments[arguments.count - 1]
        }
        return "[\(names.joined(separator: ", "))]"
      }
      // Of the touches with one name, the first counts the conversion, if its last touch has another name.
      rows.append(
        """
        arrayMap((\(arguments.joined(separator: ", "))) -> \
        (toUInt8(\(number)), name, toUInt8(place = 1 AND name != last_\(number)), \(lists.joined(separator: ", "))), \
        \(arrays.joined(separator: ", ")))
        """)
    }
    let sums = kinds.indices.map {
      "sumForEach(tupleElement(row, \(number: $0 + 4))) AS sums_\(number: $0 + 1)" as SQL
    }
    let texts = kinds.indices.map {
      "arrayMap(sum -> toString(sum), sumForEach(sums_\(number: $0 + 1)))" as SQL
    }
    let value: SQL = request.currency == nil ? "" : " REPLACE (toInt256(value) AS value)"
    let divided = levels.reduce(
      "SELECT *\(value), toInt256(10000) AS conversion, length(starts) AS touch_count FROM paths" as SQL
    ) { relation, columns in
      "SELECT *, \(columns.joined(separator: ",\n    "))\n  FROM (\(relation))"
    }
    return with + """
      SELECT toInt64(dimension), toInt64(if(is_shown, place, 0)) AS shown_place, if(is_shown, name, '') AS shown_name,
        toInt64(sum(assisted)), \(texts.joined(separator: ", "))
      FROM (
        SELECT *, dimension = 0 OR place <= \(value: request.limit) AS is_shown
        FROM (
          SELECT *, toInt64(row_number() OVER (PARTITION BY dimension ORDER BY sums_\(number: kinds.count)[1] DESC, name)) AS place
          FROM (
            SELECT tupleElement(row, 1) AS dimension, tupleElement(row, 2) AS name, sum(tupleElement(row, 3)) AS assisted,
              \(sums.joined(separator: ", "))
            FROM (
              SELECT arrayJoin(arrayConcat(\(rows.joined(separator: ",\n        ")))) AS row
              FROM (\(divided)))
            GROUP BY dimension, name)))
      GROUP BY dimension, shown_place, shown_name
      ORDER BY dimension, shown_place
      """
  }

  /// A row for each visitor of the range and each visit of theirs: `visitor`, and the names of the visit.
  private var namedVisits: SQL {
    let pairs = visitNames.enumerated().map { "(toUInt8(\(number: $0 + 1)), \($1))" as SQL }
    return """
      SELECT visitor, arrayJoin([\(pairs.joined(separator: ", "))]) AS pair
      FROM (SELECT DISTINCT visitor, visit FROM in_range) AS visits
      \(query.source.global)INNER JOIN visit_values USING (visit)
      """
  }

  /// A statement with the visitors of each of these names: dimension, name, number. Nil if there are none.
  func visitors(of names: [[String]]) -> SQL? {
    let isWanted = names.enumerated().filter { !$1.isEmpty }.map { index, names in
      "tupleElement(pair, 1) = \(number: index + 1) AND tupleElement(pair, 2) IN \(value: names)" as SQL
    }
    if isWanted.isEmpty { return nil }
    return query.with + """
      SELECT toInt64(tupleElement(pair, 1)), tupleElement(pair, 2), toInt64(uniqExact(visitor))
      FROM (\(namedVisits))
      WHERE \(isWanted.oneHolds())
      GROUP BY pair
      """
  }

  /// A statement with the number of conversions that any of the other names has assisted, by dimension.
  func assistedRest(without names: [[String]]) -> SQL {
    let counts = names.enumerated().map { index, shown in
      let number: SQL = "\(number: index + 1)"
      return """
        toInt64(countIf(arrayExists(name -> name != last_\(number) AND NOT has(\(value: shown), name), names_\(number))))
        """ as SQL
    }
    let last = names.indices.map { "names_\(number: $0 + 1)[-1] AS last_\(number: $0 + 1)" as SQL }
    return with
      + "SELECT [\(counts.joined(separator: ", "))] FROM (SELECT *, \(last.joined(separator: ", ")) FROM paths)"
  }

  /// A statement with the number of visitors with a visit of any of the other names that touched a conversion, by dimension.
  func visitorsOfRest(without names: [[String]]) -> SQL {
    let counts = names.indices.map { index in
      "toInt64(uniqExactIf(visitor, tupleElement(pair, 1) = \(number: index + 1)))" as SQL
    }
    let paths = names.enumerated().map { index, shown in
      let path: SQL = "names_\(number: index + 1)"
      return """
        arrayMap(name -> (toUInt8(\(number: index + 1)), name), arrayFilter(name -> NOT has(\(value: shown), name), \(path)))
        """ as SQL
    }
    return with + """
      SELECT [\(counts.joined(separator: ", "))]
      FROM (\(namedVisits))
      WHERE pair \(query.source.global)IN (SELECT arrayJoin(arrayConcat(\(paths.joined(separator: ", ")))) FROM paths)
      """
  }
}

/// How a model divides an amount among the touches of a path: whole parts, of which those that are left by rounding down go to the
/// largest remainders, of equal ones to the later touch.
private struct CreditSQL {
  /// Columns that are added to those of `paths`, each by a SELECT of its own from that with the one before: ClickHouse
  /// expands an alias at each use.
  private(set) var columns: [SQL] = []
  /// The column with the part of each touch.
  let credits: SQL

  /// - Parameters:
  ///   - amount: The column with the amount, of 256 bits.
  ///   - names: That with the names of the touches.
  ///   - direct: The name that is direct.
  ///   - suffix: What tells the columns from those of other models.
  init(_ model: AttributionModel, _ amount: SQL, _ names: SQL, direct: SQL, _ suffix: SQL) {
    credits = "credits_\(suffix)"
    switch model {
    case .first: giveAll(amount, to: "1", suffix)
    case .last: giveAll(amount, to: "touch_count", suffix)
    case .lastNonDirect:
      let place: SQL = "arrayLastIndex(name -> name != \(direct), \(names))"
      giveAll(amount, to: "if(\(place) = 0, touch_count, \(place))", suffix)
    case .linear: divideEqually(amount, among: "arrayMap(start -> 1, starts)", suffix)
    case .shapley:
      // The last touch of each name.
      divideEqually(
        amount,
        among:
          "arrayMap(place -> toUInt8(place = 1), arrayReverse(arrayEnumerateUniq(arrayReverse(\(names)))))",
        suffix)
    case .position(let first, let middle, let last):
      let two: SQL =
        first + last == 0 ? "[toInt64(1), toInt64(1)]" : "[toInt64(\(value: first)), toInt64(\(value: last))]"
      divide(
        amount,
        by: """
          multiIf(touch_count = 0, emptyArrayInt64(), touch_count = 1, [toInt64(1)], touch_count = 2, \(two), \
          arrayConcat([toInt64(\(value: first)) * toInt64(touch_count - 2)], \
          arrayMap(place -> toInt64(\(value: middle)), range(greatest(touch_count, 2) - 2)), \
          [toInt64(\(value: last)) * toInt64(touch_count - 2)]))
          """, suffix)
    case .timeDecay(let halfLife):
      // floor(x + 0.5) rounds halves up, round(x) to an even number.
      divide(
        amount,
        by: """
          arrayMap(start -> greatest(toInt64(1), toInt64(floor(1099511627776 * exp2((tupleElement(start, 1) - t) / \
          \(value: SQLValue.number(halfLife))) + 0.5))), starts)
          """, suffix)
    }
  }

  private mutating func giveAll(_ amount: SQL, to place: SQL, _ suffix: SQL) {
    columns += [
      "\(place) AS place_\(suffix)",
      "arrayMap(touch -> if(touch = place_\(suffix), \(amount), toInt256(0)), arrayEnumerate(starts)) AS \(credits)",
    ]
  }

  /// Divides by the sum of the flags; a touch without a flag gets nothing.
  private mutating func divideEqually(_ amount: SQL, among flags: SQL, _ suffix: SQL) {
    columns += [
      "\(flags) AS flags_\(suffix)",
      "toInt256(greatest(arraySum(flags_\(suffix)), 1)) AS count_\(suffix)",
      "\(floored(amount, "count_\(suffix)")) AS part_\(suffix)",
      "count_\(suffix) - (\(amount) - part_\(suffix) * count_\(suffix)) AS rounded_down_\(suffix)",
      """
      arrayMap((flag, place) -> if(flag = 0, toInt256(0), part_\(suffix) + (place > rounded_down_\(suffix))), \
      flags_\(suffix), arrayCumSum(flags_\(suffix))) AS \(credits)
      """,
    ]
  }

  private mutating func divide(_ amount: SQL, by weights: SQL, _ suffix: SQL) {
    columns += [
      "\(weights) AS weights_\(suffix)",
      "greatest(arraySum(weight -> toInt256(weight), weights_\(suffix)), toInt256(1)) AS whole_\(suffix)",
      """
      arrayMap(weight -> \(floored("\(amount) * weight", "whole_\(suffix)")), weights_\(suffix)) AS parts_\(suffix)
      """,
      """
      arrayMap((weight, part) -> \(amount) * weight - part * whole_\(suffix), weights_\(suffix), parts_\(suffix)) \
      AS remainders_\(suffix)
      """,
      """
      arraySort((place, remainder) -> (-remainder, -toInt64(place)), arrayEnumerate(remainders_\(suffix)), \
      remainders_\(suffix)) AS order_\(suffix)
      """,
      """
      arraySort((rank, place) -> place, arrayEnumerate(order_\(suffix)), order_\(suffix)) AS ranks_\(suffix),
          \(amount) - arraySum(parts_\(suffix)) AS left_\(suffix)
      """,
      """
      arrayMap((part, rank) -> part + (rank <= left_\(suffix)), parts_\(suffix), ranks_\(suffix)) AS \(credits)
      """,
    ]
  }

  /// A quotient rounded down; the divisor is positive. A server rounds towards zero.
  private func floored(_ dividend: SQL, _ divisor: SQL) -> SQL {
    "intDiv(if(\(dividend) < 0, \(dividend) - \(divisor) + 1, \(dividend)), \(divisor))"
  }
}
