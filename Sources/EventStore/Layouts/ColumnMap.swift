/// Which columns of a CSV file stand for which of ours, where the names differ:
/// `created_at=timestamp,session_id=client_id,url=page_url`.
///
/// A target is a column of Umami's `website_event` or `event_data`, or `url` or `referrer`: a full address
/// that is split into its parts.
public struct ColumnMap: Equatable, Sendable {
  /// Maps nothing: columns are known by their own names.
  public static let none = ColumnMap(sources: [:])

  /// The source of each target, in small letters.
  private let sources: [String: String]

  /// Reads a list of `target=source`; throws `usage` where it is none or names an unknown target.
  public init(parsing text: String) throws(StoreError) {
    var sources: [String: String] = [:]
    for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = entry.firstIndex(of: "="), equals > entry.startIndex,
        entry.index(after: equals) < entry.endIndex
      else {
        throw .usage("--map: \"\(entry)\" is no target=source; write created_at=timestamp,url=page_url")
      }
      let target = entry[..<equals].lowercased()
      guard Self.targets.contains(target) else {
        throw .usage(
          "--map: there is no column \"\(target)\"; there are: \(Self.targets.joined(separator: ", "))")
      }
      let source = entry[entry.index(after: equals)...].lowercased()
      guard sources.updateValue(source, forKey: target) == nil else {
        throw .usage("--map: \(target) is named twice")
      }
    }
    self.init(sources: sources)
  }

  private init(sources: [String: String]) { self.sources = sources }

  /// The list that it was read from, in order of targets.
  var spelling: String {
    sources.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }

  func source(of target: String) -> String? { sources[target] }

  /// The sources that none of `headers` has.
  func sources(missingFrom headers: [CSVHeader]) -> [String] {
    sources.values.filter { source in !headers.contains { $0.has(source) } }.sorted()
  }

  /// A full address of the page, from which the columns that are missing are taken.
  static let url = "url"
  /// A full address of the page before.
  static let referrer = "referrer"

  private static let targets =
    [url, referrer] + EventField.allCases.map(\.rawValue)
    + PropertyField.allCases.map(\.rawValue).filter { EventField(rawValue: $0) == nil }
}
