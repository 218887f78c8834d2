/// The columns of `website_event`, in the order of Umami's ClickHouse schema; the raw value is the name.
enum EventField: String, CaseIterable {
  case websiteID = "website_id"
  case sessionID = "session_id"
  case visitID = "visit_id"
  case eventID = "event_id"
  case hostname, browser, os, device, screen, language, country, region, city
  case urlPath = "url_path"
  case urlQuery = "url_query"
  case utmSource = "utm_source"
  case utmMedium = "utm_medium"
  case utmCampaign = "utm_campaign"
  case utmContent = "utm_content"
  case utmTerm = "utm_term"
  case referrerPath = "referrer_path"
  case referrerQuery = "referrer_query"
  case referrerDomain = "referrer_domain"
  case pageTitle = "page_title"
  case gclid, fbclid, msclkid, ttclid
  case liFatID = "li_fat_id"
  case twclid
  case lcp, inp, cls, fcp, ttfb
  case eventType = "event_type"
  case eventName = "event_name"
  case tag
  case distinctID = "distinct_id"
  case createdAt = "created_at"
  case jobID = "job_id"

  /// The accepted names of the column: first its own, then those of older versions.
  var names: [String] {
    switch self {
    case .region: [rawValue, "subdivision1"]
    default: [rawValue]
    }
  }
}

/// The columns of `event_data`, in the order of Umami's ClickHouse schema; the raw value is the name.
enum PropertyField: String, CaseIterable {
  case websiteID = "website_id"
  case sessionID = "session_id"
  case eventID = "event_id"
  case urlPath = "url_path"
  case eventName = "event_name"
  case dataKey = "data_key"
  case stringValue = "string_value"
  case numberValue = "number_value"
  case dateValue = "date_value"
  case dataType = "data_type"
  case createdAt = "created_at"
  case jobID = "job_id"

  /// The accepted names of the column, the most specific first. In Umami's relational `event_data` the id of
  /// the event is `website_event_id`; `event_id` was once the property's own id there.
  var names: [String] {
    switch self {
    case .eventID: ["website_event_id", rawValue]
    case .dataKey: [rawValue, "event_key"]
    case .stringValue: [rawValue, "event_string_value"]
    case .numberValue: [rawValue, "event_numeric_value"]
    case .dateValue: [rawValue, "event_date_value"]
    case .dataType: [rawValue, "event_data_type"]
    default: [rawValue]
    }
  }
}

/// Maps columns of a CSV file to ours, if their names differ:
/// `created_at=timestamp,session_id=client_id,url=page_url`.
///
/// A target is a column of Umami's `website_event` or `event_data`, or `url` or `referrer`: a full address,
/// which is split into its parts.
public struct ColumnMap: Equatable, Sendable {
  /// Maps nothing: every column has its standard name.
  public static let none = ColumnMap(sources: [:])

  /// The source of each target, in lowercase.
  private let sources: [String: String]

  /// Parses a list of `target=source`; throws `usage` if it is malformed or names an unknown target.
  public init(parsing text: String) throws(StoreError) {
    var sources: [String: String] = [:]
    for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = entry.firstIndex(of: "="), equals > entry.startIndex,
        entry.index(after: equals) < entry.endIndex
      else {
        throw .usage(
          "--map: \"\(entry)\" is not of the form target=source; write created_at=timestamp,url=page_url")
      }
      let target = entry[..<equals].lowercased()
      let source = entry[entry.index(after: equals)...].lowercased()
      guard Self.targets.contains(target) else {
        throw .unknownTarget(target, source: source, among: Self.targets)
      }
      guard sources.updateValue(source, forKey: target) == nil else {
        throw .usage("--map: \(target) is named twice")
      }
    }
    self.init(sources: sources)
  }

  private init(sources: [String: String]) { self.sources = sources }

  /// The list in its text form, ordered by target.
  var spelling: String {
    sources.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }

  /// The names of all columns that are mapped to a target.
  var columnNames: [String] { sources.values.sorted() }

  func source(of target: String) -> String? { sources[target] }

  /// The sources that none of `headers` contains.
  func sources(missingFrom headers: [ColumnNames]) -> [String] {
    sources.values.filter { source in !headers.contains { $0.has(source) } }.sorted()
  }

  /// The full address of the page, from which missing columns are derived.
  static let url = "url"
  /// The full address of the previous page.
  static let referrer = "referrer"

  private static let targets =
    [url, referrer] + EventField.allCases.map(\.rawValue)
    + PropertyField.allCases.map(\.rawValue).filter { EventField(rawValue: $0) == nil }
}

/// The names in a CSV file's header, with lookup of columns by name.
struct ColumnNames {
  let path: String
  let names: [String]
  private let columns: [String: Int]
  private let map: ColumnMap

  /// Throws `unusableFile` if two columns have the same name.
  init(path: String, names: [String], map: ColumnMap) throws(StoreError) {
    var columns: [String: Int] = [:]
    for (column, name) in names.enumerated() where !name.isEmpty {
      guard columns.updateValue(column, forKey: name.lowercased()) == nil else {
        throw .unusableFile(path: path, sentence: "has two columns with the name \(name)")
      }
    }
    self.path = path
    self.names = names
    self.columns = columns
    self.map = map
  }

  func has(_ name: String) -> Bool { columns[name] != nil }

  /// The index of the column for `names`: the mapped column, else the first existing one.
  func column(_ names: [String]) -> Int? {
    for name in names {
      if let source = map.source(of: name), let column = columns[source] { return column }
    }
    for name in names {
      if let column = columns[name] { return column }
    }
    return nil
  }

  func column(_ name: String) -> Int? { column([name]) }

  func missing(_ columns: [String], of kind: String) -> StoreError {
    .missingColumns(MissingColumns(path: path, kind: kind, missing: columns, found: names))
  }
}
