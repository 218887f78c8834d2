/// The reports as SQL that a careful analyst would write for DuckDB: the counting and joining, without this
/// worker's postprocessing of the rows (names, percentages, filling of gaps), so that the comparison favors
/// the peer rather than us.
struct DuckDBQueries {
  /// Events of the website in the range.
  private let events: String
  /// Properties of those events.
  private let properties: String

  init(_ websiteID: String, _ range: DateRange) {
    let condition = """
      website_id = '\(websiteID)' AND created_at BETWEEN TIMESTAMP '\(range.start)' AND TIMESTAMP '\(range.end)'
      """
    events = "(SELECT * FROM event WHERE \(condition))"
    properties = "(SELECT * FROM property WHERE \(condition))"
  }

  /// Loads a file into the table `event` or `property`, depending on its header. Ids become UUIDs and times
  /// become timestamps, the types that suit DuckDB best.
  static func load(_ file: String) -> String {
    let name = file.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    let isProperties = file.hasSuffix("event_data.csv")
    let ids =
      (isProperties
      ? ["website_id", "session_id", "event_id"] : ["website_id", "session_id", "visit_id", "event_id"])
      .map { "\($0)::UUID AS \($0)" }.joined(separator: ", ")
    let number = isProperties ? ", number_value::DECIMAL(19, 4) AS number_value" : ""
    return """
      CREATE TABLE \(isProperties ? "property" : "event") AS
      SELECT * REPLACE (\(ids), created_at::TIMESTAMP AS created_at\(number))
      FROM read_csv('\(name)', header = true\(isProperties ? ", all_varchar = true" : ""))
      """
  }

  /// The query for the ``ReportCase`` with this name; nil if there is none.
  subscript(name: String) -> String? {
    switch name {
    case "utm": utm
    case "goals": goals
    case "revenue": revenue
    case "funnel": funnel
    case "attribution": attribution
    case "retention": retention
    case "insights by country, browser":
      insights(by: "country, browser", "AND url_path ILIKE '%blog%'")
    case "insights by url": insights(by: "url_path", "")
    case "journey": journey
    case "stats": stats("")
    case "pageviews by day": pageviews
    case "series by day, channel": series
    case "metrics by path":
      "SELECT url_path, count(DISTINCT session_id) AS visitors FROM \(views) GROUP BY 1 ORDER BY 2 DESC LIMIT 500"
    case "expanded by path": insights(by: "url_path", "")
    case "stats of a property":
      stats(
        "AND event_id IN (SELECT event_id FROM \(properties) WHERE data_key = 'plan' AND string_value = 'free')"
      )
    case "stats of those who did":
      stats("AND session_id IN (SELECT session_id FROM \(events) WHERE event_name = 'signup')")
    case "stats of a channel":
      stats("AND visit_id IN (SELECT visit_id FROM (\(channels)) WHERE channel = 'Organic Search')")
    default: withOptions(name)
    }
  }

  /// The query for a report with options. The funnel within a day has none, because its chains with what must not happen
  /// between are no query of a reasonable size.
  private func withOptions(_ name: String) -> String? {
    switch name {
    case "funnel by channel, timing": witnesses
    case "journey from, to": journeyBetween
    case "journey as a graph": journeyLinks
    case "retention by week, total": retentionByWeek
    case "retention on or after": retentionOnOrAfter
    case "retention by country": retentionByCountry
    case "visits by channel": visits(by: "channel", "JOIN (\(channels)) USING (visit_id)")
    case "insights by property": insightsByProperty
    case "visits by hour": visits(by: "hour(\(local("started"))) AS hour", "")
    case "goals with metrics": goalsWithMetrics
    case "revenue by channel, metrics": revenueByChannel
    case "attribution, all models": attributionByModels
    case "utm with metrics": utmWithMetrics
    default: nil
    }
  }

  private var localDay: String { "date_trunc('day', \(local("created_at")))" }

  private func local(_ time: String) -> String { "\(time) AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin'" }

  private var utm: String {
    """
    SELECT url_query, count(*) FROM \(events) WHERE event_type = 1 AND url_query <> '' GROUP BY 1
    """
  }

  private var goals: String {
    """
    SELECT count(*) FILTER (url_path = '/'), count(*) FILTER (event_name = 'signup'),
      (SELECT sum(number_value) FROM \(properties) WHERE event_name = 'purchase' AND data_key = 'revenue')
    FROM \(events) WHERE url_path = '/' OR event_name = 'signup'
    """
  }

  private var revenue: String {
    """
    SELECT event_name, \(localDay) AS day, sum(number_value) FROM \(properties)
    SEMI JOIN (SELECT event_id FROM \(properties) WHERE data_key = 'currency' AND string_value = 'USD')
    USING (event_id) WHERE data_key = 'revenue' GROUP BY ALL ORDER BY day
    """
  }

  private var funnel: String {
    """
    WITH step AS (
      SELECT session_id, created_at, url_path = '/' AS a, url_path = '/pricing' AS b, event_name = 'signup' AS c
      FROM \(events) WHERE url_path IN ('/', '/pricing') OR event_name = 'signup'),
    first AS (SELECT DISTINCT session_id, created_at FROM step WHERE a),
    second AS (
      SELECT DISTINCT step.session_id, step.created_at FROM first JOIN step ON step.session_id = first.session_id
      AND step.b AND step.created_at BETWEEN first.created_at AND first.created_at + INTERVAL 60 MINUTE),
    third AS (
      SELECT DISTINCT step.session_id FROM second JOIN step ON step.session_id = second.session_id
      AND step.c AND step.created_at BETWEEN second.created_at AND second.created_at + INTERVAL 60 MINUTE)
    SELECT (SELECT count(DISTINCT session_id) FROM first), (SELECT count(DISTINCT session_id) FROM second),
      (SELECT count(*) FROM third)
    """
  }

  private var attribution: String {
    let totals = [
      "referrer_domain", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid",
    ].map { column in
      let own = column == "referrer_domain" ? "AND referrer_domain <> hostname" : ""
      return """
        SELECT '\(column)', \(column), count(DISTINCT session_id) FROM touch WHERE \(column) <> '' \(own) GROUP BY 2
        """
    }
    return """
      WITH conversion AS (
        SELECT session_id, max(created_at) AS at FROM \(events) WHERE event_type = 2 AND event_name = 'signup'
        GROUP BY 1),
      before AS MATERIALIZED (
        SELECT e.session_id, max(e.created_at) AS created_at FROM conversion JOIN \(events) AS e
        ON e.session_id = conversion.session_id AND e.created_at < conversion.at GROUP BY 1),
      touch AS MATERIALIZED (SELECT e.* FROM before JOIN \(events) AS e USING (session_id, created_at))
      \(totals.joined(separator: " UNION ALL "))
      """
  }

  private var retention: String {
    """
    WITH active AS (SELECT DISTINCT session_id, \(localDay)::DATE AS day FROM \(events)),
    cohort AS (SELECT session_id, min(day) AS first FROM active GROUP BY 1),
    size AS (SELECT first, count(*) AS visitors FROM cohort GROUP BY 1)
    SELECT first, day - first AS later, any_value(visitors), count(*)
    FROM active JOIN cohort USING (session_id) JOIN size USING (first)
    WHERE day - first <= 31 GROUP BY 1, 2 ORDER BY 1, 2
    """
  }

  private func insights(by fields: String, _ filter: String) -> String {
    """
    SELECT \(fields), sum(views) AS views, count(DISTINCT session_id) AS visitors, count(DISTINCT visit_id),
      count(*) FILTER (views = 1), sum(seconds)
    FROM (SELECT \(fields), session_id, visit_id, count(*) AS views,
      epoch(max(created_at) - min(created_at)) AS seconds
      FROM \(events) WHERE event_type = 1 \(filter) GROUP BY ALL)
    GROUP BY \(fields) ORDER BY views DESC, visitors DESC LIMIT 500
    """
  }

  private var journey: String {
    """
    WITH place AS (
      SELECT visit_id, CASE WHEN event_name <> '' THEN event_name ELSE url_path END AS item,
        row_number() OVER (PARTITION BY visit_id ORDER BY created_at) AS number
      FROM \(events) QUALIFY number <= 5),
    path AS (SELECT list(item ORDER BY number) AS items FROM place GROUP BY visit_id)
    SELECT items, count(*) AS visits FROM path GROUP BY 1 ORDER BY visits DESC LIMIT 100
    """
  }

  // MARK: Traffic

  private var views: String { "(SELECT * FROM \(events) WHERE event_type <> 2)" }

  private func stats(_ filter: String) -> String {
    """
    SELECT sum(views), count(DISTINCT session_id), count(DISTINCT visit_id), count(*) FILTER (views = 1), sum(seconds)
    FROM (SELECT session_id, visit_id, count(*) AS views, epoch(max(created_at) - min(created_at)) AS seconds
      FROM \(views) WHERE true \(filter) GROUP BY ALL)
    """
  }

  private var pageviews: String {
    """
    SELECT \(localDay) AS day, count(*), count(DISTINCT session_id) FROM \(views) GROUP BY 1 ORDER BY 1
    """
  }

  /// The channel of each visit, by far fewer rules than the worker has.
  private var channels: String {
    """
    SELECT visit_id, CASE
        WHEN utm_medium IN ('cpc', 'ppc') THEN 'Paid Search' WHEN utm_medium = 'email' THEN 'Email'
        WHEN regexp_matches(referrer_domain, '(^|[.])(google|bing|duckduckgo|yahoo)[.]') THEN 'Organic Search'
        WHEN regexp_matches(referrer_domain, '(^|[.])(facebook|twitter|linkedin|reddit)[.]') THEN 'Organic Social'
        WHEN referrer_domain <> '' THEN 'Referral' WHEN utm_source IS NULL THEN 'Direct' ELSE 'Unassigned' END AS channel
    FROM (SELECT visit_id, arg_min(utm_source, created_at) AS utm_source, arg_min(utm_medium, created_at) AS utm_medium,
      arg_min(referrer_domain, created_at) AS referrer_domain FROM \(events) GROUP BY visit_id)
    """
  }

  private var series: String {
    """
    SELECT day, channel, sum(views), count(DISTINCT session_id), count(DISTINCT visit_id), count(*) FILTER (views = 1),
      sum(seconds)
    FROM (SELECT \(localDay) AS day, channel, session_id, visit_id, count(*) AS views,
      epoch(max(created_at) - min(created_at)) AS seconds
      FROM \(views) JOIN (\(channels)) USING (visit_id) GROUP BY ALL)
    GROUP BY day, channel ORDER BY day
    """
  }

  // MARK: Options

  /// Whoever entered the funnel, by the channel of the visit of the first event of the visitor's chain, and the times in it.
  /// From the earliest end of a longest chain, each time the latest event that leads there.
  private var witnesses: String {
    """
    WITH step AS (
      SELECT session_id, visit_id, created_at AS instant, url_path = '/' AS a, url_path = '/pricing' AS b,
        event_name = 'signup' AS c
      FROM \(events) WHERE url_path IN ('/', '/pricing') OR event_name = 'signup'),
    first AS (SELECT DISTINCT session_id, instant FROM step WHERE a),
    second AS (
      SELECT DISTINCT step.session_id, step.instant FROM first JOIN step ON step.session_id = first.session_id
      AND step.b AND step.instant BETWEEN first.instant AND first.instant + INTERVAL 60 MINUTE),
    third AS (
      SELECT step.session_id, min(step.instant) AS instant FROM second JOIN step ON step.session_id = second.session_id
      AND step.c AND step.instant BETWEEN second.instant AND second.instant + INTERVAL 60 MINUTE GROUP BY 1),
    at_second AS (
      SELECT session_id, CASE WHEN any_value(third.instant) IS NULL THEN min(second.instant) ELSE
        max(second.instant) FILTER (second.instant BETWEEN third.instant - INTERVAL 60 MINUTE AND third.instant) END AS instant
      FROM second LEFT JOIN third USING (session_id) GROUP BY 1),
    at_first AS (
      SELECT session_id, CASE WHEN any_value(at_second.instant) IS NULL THEN min(first.instant) ELSE
        max(first.instant) FILTER (first.instant BETWEEN at_second.instant - INTERVAL 60 MINUTE AND at_second.instant) END AS instant
      FROM first LEFT JOIN at_second USING (session_id) GROUP BY 1),
    start AS (
      SELECT session_id, instant AS one, any_value(visit_id) AS visit_id
      FROM at_first JOIN (SELECT * FROM step WHERE a) USING (session_id, instant) GROUP BY ALL),
    witness AS (
      SELECT visit_id, one, at_second.instant AS two, third.instant AS three
      FROM start LEFT JOIN at_second USING (session_id) LEFT JOIN third USING (session_id))
    SELECT channel, count(*) AS visitors, count(two), count(three), quantile_disc(epoch(two - one), 0.5),
      quantile_disc(epoch(three - two), 0.5)
    FROM witness JOIN (\(channels)) USING (visit_id) GROUP BY channel ORDER BY visitors DESC
    """
  }

  private var places: String {
    """
    SELECT visit_id, CASE WHEN event_name <> '' THEN event_name ELSE url_path END AS item, url_path = '/' AS is_start,
      event_name = 'signup' AS is_end, row_number() OVER (PARTITION BY visit_id ORDER BY created_at) AS number
    FROM \(events)
    """
  }

  /// Like the other journeys, without making runs of an item one.
  private var journeyBetween: String {
    """
    WITH place AS MATERIALIZED (\(places)),
    start AS (SELECT visit_id, min(number) AS first FROM place WHERE is_start GROUP BY 1),
    part AS (
      SELECT visit_id, first, min(number) AS last FROM place JOIN start USING (visit_id)
      WHERE is_end AND number > first GROUP BY ALL HAVING last - first < 5),
    path AS (
      SELECT list(item ORDER BY number) AS items FROM place JOIN part USING (visit_id)
      WHERE number BETWEEN first AND last GROUP BY visit_id)
    SELECT items, count(*) AS visits FROM path GROUP BY 1 ORDER BY visits DESC LIMIT 100
    """
  }

  /// The same, and without the limit of nodes.
  private var journeyLinks: String {
    """
    WITH place AS (\(places) QUALIFY number <= 5),
    link AS (
      SELECT number, item, lead(item) OVER (PARTITION BY visit_id ORDER BY number) AS next_item FROM place)
    SELECT number, item, next_item, count(*) AS visits FROM link GROUP BY ALL ORDER BY number, visits DESC
    """
  }

  private var localWeek: String { "date_trunc('week', \(local("created_at")))::DATE" }

  private var retentionByWeek: String {
    """
    WITH active AS (SELECT DISTINCT session_id, \(localWeek) AS week FROM \(events)),
    cohort AS (SELECT session_id, min(week) AS first FROM active GROUP BY 1),
    size AS (SELECT first, count(*) AS visitors FROM cohort GROUP BY 1)
    SELECT first, (week - first) // 7 AS later, any_value(visitors), count(*)
    FROM active JOIN cohort USING (session_id) JOIN size USING (first)
    WHERE later <= 31 GROUP BY 1, 2 ORDER BY 1, 2
    """
  }

  private var retentionOnOrAfter: String {
    """
    WITH visitor AS (SELECT session_id, min(week) AS first, (max(week) - min(week)) // 7 AS last
      FROM (SELECT session_id, \(localWeek) AS week FROM \(events)) GROUP BY 1)
    SELECT first, later, count(*) FROM visitor, LATERAL (SELECT unnest(range(0, least(last, 31) + 1)) AS later)
    GROUP BY 1, 2 ORDER BY 1, 2
    """
  }

  private var retentionByCountry: String {
    """
    WITH active AS (SELECT session_id, \(localWeek) AS week, arg_min(coalesce(country, ''), created_at) AS country,
      min(created_at) AS instant
      FROM \(events) GROUP BY 1, 2),
    cohort AS (SELECT session_id, min(week) AS first, arg_min(country, instant) AS value FROM active GROUP BY 1),
    size AS (SELECT value, first, count(*) AS visitors FROM cohort GROUP BY 1, 2)
    SELECT value, first, (week - first) // 7 AS later, any_value(visitors), count(*)
    FROM active JOIN cohort USING (session_id) JOIN size USING (value, first)
    WHERE later <= 31 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """
  }

  /// Visits with their pageviews, by a value of theirs; `started` is the time of the first.
  private func visits(by value: String, _ join: String) -> String {
    """
    SELECT \(value), sum(views) AS views, count(DISTINCT session_id), count(DISTINCT visit_id),
      count(*) FILTER (views = 1), sum(seconds)
    FROM (SELECT session_id, visit_id, count(*) AS views, min(created_at) AS started,
      epoch(max(created_at) - min(created_at)) AS seconds
      FROM \(events) WHERE event_type = 1 GROUP BY ALL) \(join)
    GROUP BY 1 ORDER BY views DESC
    """
  }

  private var insightsByProperty: String {
    """
    SELECT plan, count(DISTINCT session_id) AS visitors, count(DISTINCT visit_id), count(*) FILTER (events = 1), sum(seconds)
    FROM (SELECT coalesce(plan, '') AS plan, session_id, visit_id, count(*) AS events,
      epoch(max(created_at) - min(created_at)) AS seconds
      FROM \(events) LEFT JOIN (SELECT event_id, string_value AS plan FROM \(properties) WHERE data_key = 'plan')
      USING (event_id) WHERE event_type = 2 GROUP BY ALL)
    GROUP BY 1 ORDER BY visitors DESC LIMIT 500
    """
  }

  private var goalsWithMetrics: String {
    let conditions = ["url_path = '/'", "event_name = 'signup'"]
    let counts = conditions.map {
      "count(*) FILTER (\($0)), count(DISTINCT session_id) FILTER (\($0)), count(DISTINCT visit_id) FILTER (\($0))"
    }
    return """
      SELECT \(counts.joined(separator: ", ")), count(DISTINCT session_id), count(DISTINCT visit_id),
        (SELECT (sum(number_value), count(DISTINCT e.session_id), count(DISTINCT visit_id))
        FROM \(properties) AS p JOIN \(events) AS e USING (event_id)
        WHERE p.event_name = 'purchase' AND data_key = 'revenue')
      FROM \(events)
      """
  }

  private var revenueByChannel: String {
    """
    SELECT channel, sum(number_value) AS amount, count(DISTINCT event_id), count(DISTINCT p.session_id),
      sum(number_value) FILTER (number_value > 0), sum(number_value) FILTER (number_value < 0),
      (SELECT count(DISTINCT session_id) FROM \(events))
    FROM \(properties) AS p
    SEMI JOIN (SELECT event_id FROM \(properties) WHERE data_key = 'currency' AND string_value = 'USD') AS c USING (event_id)
    JOIN (SELECT event_id, visit_id FROM \(events)) AS e USING (event_id) JOIN (\(channels)) USING (visit_id)
    WHERE data_key = 'revenue' GROUP BY channel ORDER BY amount DESC
    """
  }

  /// Credits are doubles, so they add up only nearly.
  private var attributionByModels: String {
    """
    WITH visit AS MATERIALIZED (
      SELECT session_id, visit_id, min(created_at) AS started, channel FROM \(events) JOIN (\(channels)) USING (visit_id)
      GROUP BY ALL),
    conversion AS (
      SELECT session_id, event_id, created_at AS converted FROM \(events) WHERE event_type = 2 AND event_name = 'signup'),
    touch AS (
      SELECT event_id, channel, row_number() OVER path AS place, count(*) OVER whole AS n,
        row_number() OVER (PARTITION BY event_id, channel ORDER BY started DESC) AS of_name,
        max(started) FILTER (channel <> 'Direct') OVER whole AS named, max(started) OVER whole AS latest, started,
        pow(2, -epoch(converted - started) / 86400 / 7) AS weight
      FROM conversion JOIN visit USING (session_id) WHERE started <= converted
      WINDOW path AS (PARTITION BY event_id ORDER BY started), whole AS (PARTITION BY event_id)),
    credit AS (
      SELECT *, weight / sum(weight) OVER (PARTITION BY event_id) AS decayed,
        count(*) FILTER (of_name = 1) OVER (PARTITION BY event_id) AS names,
        CASE WHEN n = 1 THEN 1 WHEN n = 2 THEN 0.5 WHEN place IN (1, n) THEN 0.4 ELSE 0.2 / (n - 2) END AS part
      FROM touch)
    SELECT channel, count(*) FILTER (place = n) AS last, count(*) FILTER (place = 1),
      count(*) FILTER (started = coalesce(named, latest)), sum(1 / n), sum(part), sum(decayed),
      sum(1 / names) FILTER (of_name = 1),
      (SELECT count(DISTINCT session_id) FROM visit WHERE visit.channel = credit.channel)
    FROM credit GROUP BY channel ORDER BY last DESC
    """
  }

  /// Of the five usual parameters only, which have columns of their own.
  private var utmWithMetrics: String {
    ["source", "medium", "campaign", "content", "term"].map { name in
      """
      SELECT '\(name)', utm_\(name), count(*), count(DISTINCT session_id), count(DISTINCT visit_id) FROM \(events)
      WHERE event_type = 1 AND utm_\(name) <> '' GROUP BY 2
      """
    }.joined(separator: " UNION ALL ")
  }
}
