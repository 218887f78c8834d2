import Engine

extension ClickHouseBackend {
  func utm(_ request: UTMRequest, on executor: ParallelExecutor) throws(ReportError) -> [UTMKey] {
    if !request.hasMetrics, !request.isByVisit { return try utmCounts(request, on: executor) }
    var query = try query(request.scope, on: executor)
    let text = query.column(.text(.urlQuery))
    query.need(.visitor, .visit, .type)
    if request.isByVisit { query.need(.order) }
    let pages: SQL =
      request.isByVisit
      ? """
      SELECT tupleElement(page, 1) AS query, tupleElement(page, 2) AS visitor, visit
      FROM (SELECT visit, argMin((\(text), visitor), (t, tie)) AS page FROM events WHERE type = 1 GROUP BY visit)
      """
      : "SELECT \(text) AS query, visitor, visit FROM events WHERE type = 1"
    let pairs: SQL =
      "arrayMap(pair -> \(QueryParameters.pair("pair")), \(QueryParameters.pairs(of: "query")))"
    // The first pageview of a visit counts each of its parameters once.
    let counted: SQL = request.isByVisit ? "arrayDistinct(\(pairs))" : pairs
    let isCounted: SQL = "match(key, '^utm_[0-9A-Za-z_]+$') OR key IN \(value: request.keys)"
    let rows = try rows(
      query.with + """
        SELECT key, value, toInt64(count()) AS views,
          toInt64(uniqExact(visitor)), toInt64(uniqExact(visit))
        FROM (
          SELECT arrayJoin(\(counted)) AS pair, tupleElement(pair, 1) AS key,
            tupleElement(pair, 2) AS value, visitor, visit
          FROM (\(pages)) WHERE query != '')
        WHERE \(isCounted)
        GROUP BY key, value
        ORDER BY indexOf(\(value: Self.firstKeys), key) = 0, indexOf(\(value: Self.firstKeys), key), key, views DESC, value
        """, on: executor
    ) { row throws(ClickHouseError) in
      (
        key: try row.text(), value: try row.text(),
        numbers: UTMNumbers(views: try row.count(), visitors: try row.count(), visits: try row.count())
      )
    }
    var keys: [UTMKey] = []
    var values: [(value: String, numbers: UTMNumbers)] = []
    for (index, row) in rows.enumerated() {
      values.append((row.value, row.numbers))
      if index + 1 < rows.count, rows[index + 1].key.utf8.elementsEqual(row.key.utf8) { continue }
      keys.append(UTMKey(key: row.key, values: values))
      values = []
    }
    return keys
  }

  /// The pageviews of each value. The server counts the parts of query strings as they are written, whose keys may be of
  /// campaigns, and only these are decoded.
  private func utmCounts(_ request: UTMRequest, on executor: ParallelExecutor) throws(ReportError) -> [UTMKey]
  {
    var query = try query(request.scope, on: executor)
    let text = query.column(.text(.urlQuery))
    query.need(.type)
    // A key that is written in another way than it counts has an escape or a space.
    var isCounted: SQL = "startsWith(part, 'utm_') OR match(part, '^[^=]*[%+]')"
    if !request.keys.isEmpty { isCounted += " OR splitByChar('=', part)[1] IN \(value: request.keys)" }
    // Bytes that are no UTF-8 count as U+FFFD.
    if request.keys.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }) {
      isCounted += " OR NOT isValidUTF8(part)"
    }
    let parts = try rows(
      query.with + """
        SELECT part, toInt64(sum(number))
        FROM (
          SELECT arrayJoin(splitByChar('&', if(startsWith(query, '?'), substring(query, 2), query))) AS part, number
          FROM (SELECT \(text) AS query, count() AS number FROM events WHERE type = 1 AND query != '' GROUP BY query))
        WHERE \(isCounted) GROUP BY part
        """, on: executor
    ) { row throws(ClickHouseError) in (text: try row.text(), number: try row.count()) }
    var reader = FormReader()
    var counts: [[UInt8]: [[UInt8]: Int]] = [:]
    let keys = request.keys.map { Array($0.utf8) }
    for part in parts {
      // One `?` before a query string is no part of it, others are.
      let form = Array((part.text.utf8.first == UInt8(ascii: "?") ? "?" : "").utf8) + Array(part.text.utf8)
      form.withUnsafeBufferPointer { form in
        reader.forEachPair(form) { key, value in
          guard isCampaignKey(key) || keys.contains(where: { key.elementsEqual($0) }) else { return }
          counts[Array(key), default: [:]][Array(value), default: 0] += part.number
        }
      }
    }
    return counts.map { key, values in
      let sorted = values.map { (value: String(decoding: $0, as: UTF8.self), count: $1) }.sorted {
        $0.count != $1.count ? $0.count > $1.count : precedes($0.value, $1.value)
      }
      return UTMKey(
        key: String(decoding: key, as: UTF8.self),
        values: sorted.map { ($0.value, UTMNumbers(views: $0.count)) })
    }.sorted { campaignOrder($0.key, $1.key) }
  }

  private static let firstKeys = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
}

/// Parses query strings as `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#urlencoded-parsing).
private enum QueryParameters {
  /// The parts of a query string between `&`, without empty ones and without one leading `?`.
  static func pairs(of query: SQL) -> SQL {
    "arrayFilter(part -> part != '', splitByChar('&', if(startsWith(\(query), '?'), substring(\(query), 2), \(query))))"
  }

  /// A tuple of the key and the value of a part.
  static func pair(_ part: SQL) -> SQL {
    let end: SQL = "position(\(part), '=')"
    let key: SQL = "if(\(end) = 0, \(part), substring(\(part), 1, \(end) - 1))"
    let value: SQL = "if(\(end) = 0, '', substring(\(part), \(end) + 1))"
    return "(\(decoded(key)), \(decoded(value)))"
  }

  private static func decoded(_ text: SQL) -> SQL {
    let bytes: SQL = "decodeURLFormComponent(\(text))"
    return "if(isValidUTF8(\(bytes)), \(bytes), \(repaired(bytes)))"
  }

  /// Each ill-formed sequence of a text becomes U+FFFD, by its longest parts that begin a character. In hexadecimal
  /// digits, an expression describes bytes: `<>` follows a character, `<…>` is an ill-formed sequence.
  private static func repaired(_ bytes: SQL) -> SQL {
    let marked: SQL = "replaceRegexpAll(hex(\(bytes)), '\(character)|(\(illFormed))', '\\\\1<\\\\2>')"
    return "unhex(replaceRegexpAll(replaceAll(\(marked), '<>', ''), '<[0-9A-F]+>', 'EFBFBD'))"
  }

  private static let character: SQL = """
    ([0-7].|(?:C[2-9A-F]|D.)[89AB].|(?:E0[AB].|E[1-9A-CEF][89AB].|ED[89].)[89AB].\
    |(?:F0[9AB].|F[1-3][89AB].|F48.)[89AB].[89AB].)
    """

  private static let illFormed: SQL =
    "E0[AB].|E[1-9A-CEF][89AB].|ED[89].|(?:F0[9AB].|F[1-3][89AB].|F48.)(?:[89AB].)?|.."
}
