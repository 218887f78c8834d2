/// An event that is made of its number: the same whether a file or a request brings it.
struct NumberedEvent {
  let number: Int

  static let websites = ["w0", "w1"]

  /// Sessions of five events, of which every seventh begins long before; visits of two or three of them.
  private var columns: KeyValuePairs<String, String> {
    let session = number / 5
    let time = 1_700_000_000 + session * 7_919 + number % 5 * 400 - (session % 7 == 0 ? 90 * 86_400 : 0)
    return [
      "website_id": Self.websites[session % 2],
      "session_id": "s\(session)",
      "visit_id": "v\(session).\(number % 5 / 3)",
      "event_id": "e\(number)",
      "created_at": "\(time)",
      "hostname": "w\(session % 2).example",
      "url_path": "/page \(number % 23)",
      "url_query": number % 9 == 0 ? "utm_source=mail&utm_campaign=c\(number % 4)" : "",
      "referrer_domain": number % 5 == 0 ? "site\(session % 11).example" : "",
      "page_title": "Page, \(number % 23)",
      "event_name": isPurchase ? "buy" : "",
      "country": ["DE", "FR", "JP"][session % 3],
      "browser": ["firefox", "chrome"][session % 2],
    ]
  }

  private var isPurchase: Bool { number % 5 == 4 }
  private var amount: String { "\(number % 90).\(10 + number % 80)" }
  private var currency: String { number % 3 == 0 ? "USD" : "EUR" }

  /// The names of the columns, as the first line of a CSV file.
  static var header: String { NumberedEvent(number: 0).columns.map(\.key).joined(separator: ",") + "\n" }
  static let propertyHeader = "event_id,data_key,string_value,number_value,data_type\n"

  /// The event as a line of a CSV file.
  var line: String { columns.map { "\"\($0.value)\"" }.joined(separator: ",") + "\n" }

  /// Its properties as lines of a CSV file.
  var propertyLines: String {
    isPurchase ? "e\(number),revenue,\(amount)00,\(amount),2\ne\(number),currency,\(currency),,1\n" : ""
  }

  /// The event as an object of `events.append`.
  var json: String {
    let members = columns.filter { !$0.value.isEmpty }.map { "\"\($0.key)\":\"\($0.value)\"" }
    let data = isPurchase ? [#""data":{"revenue":\#(amount),"currency":"\#(currency)"}"#] : []
    return "{\((members + data).joined(separator: ","))}"
  }

  /// A request that appends events.
  static func append(_ numbers: Range<Int>) -> String {
    let events = numbers.map { NumberedEvent(number: $0).json }.joined(separator: ",")
    return #"{"jsonrpc":"2.0","id":1,"method":"events.append","params":{"events":[\#(events)]}}"#
  }

  /// Every report, in requests that look at all events of both websites.
  static let reports: [String] = {
    let range = #""dateRange":{"startDate":"2020-01-01","endDate":"2035-01-01"},"timezone":"Europe/Berlin""#
    let steps = #"[{"type":"url","value":"/page 1"},{"type":"event","value":"buy"}]"#
    let reports = [
      #""reports.utm",\#(range)"#,
      #""reports.revenue",\#(range),"currency":"EUR""#,
      #""reports.journey",\#(range),"steps":3"#,
      #""reports.retention",\#(range)"#,
      #""reports.insights",\#(range),"fields":[{"name":"url"},{"name":"country"},{"name":"browser"}]"#,
      #""reports.goals",\#(range),"goals":[{"type":"url","value":"*","goal":1},{"type":"event-data","value":"buy","property":"revenue","operator":"sum","goal":1}]"#,
      #""reports.funnel",\#(range),"window":60,"steps":\#(steps)"#,
      #""reports.attribution",\#(range),"model":"firstClick","steps":[{"type":"event","value":"buy"}]"#,
      #""reports.currencies","startDate":"2020-01-01","endDate":"2035-01-01""#,
    ]
    return websites.flatMap { website in reports.map { #"{"websiteId":"\#(website)","method":\#($0)}"# } }
      + [#"{"method":"websites.list"}"#]
  }()

  /// How many events a website has, and what was paid.
  static func count(_ website: String) -> String {
    reports.first { $0.contains("reports.goals") && $0.contains("\"\(website)\"") } ?? ""
  }
}
