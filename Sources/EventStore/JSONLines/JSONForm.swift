/// A form of events as JSON objects: which members are which columns.
struct JSONForm: Sendable {
  /// A column and the paths of its values, the best first. Paths in one group are alternatives of which an
  /// object has one.
  struct Column: Sendable {
    let name: String
    let paths: [[[String]]]

    init(_ name: String, _ groups: [String]...) {
      self.name = name
      paths = groups.map { $0.map(path) }
    }
  }

  /// What ``JSONLinesScanner`` computes columns from: other columns, and values in addition to them.
  enum Input: Int, CaseIterable, Sendable {
    case sessionID, visitID, createdAt, eventType, eventName
    case referrer, browser, os, device, screen
    case type, screenWidth, screenHeight, agent

    /// By input: the column that it is, or its own name.
    private static let columns = [
      "session_id", "visit_id", "created_at", "event_type", "event_name",
      "referrer", "browser", "os", "device", "screen",
      "type", "screenWidth", "screenHeight", "agent",
    ]

    init?(column: String) {
      guard let index = Self.columns.firstIndex(of: column) else { return nil }
      self.init(rawValue: index)
    }

    var column: String { Self.columns[rawValue] }
  }

  /// The cells of inputs: an array by input, because every row looks up several.
  struct InputCells: Sendable {
    private var cells: [Int?] = Array(repeating: nil, count: Input.allCases.count)

    subscript(input: Input) -> Int? {
      get { cells[input.rawValue] }
      set { cells[input.rawValue] = newValue }
    }
  }

  enum Kind { case flat, properties, googleAnalytics, postHog, segment }

  let kind: Kind
  /// The members by which it is recognised: each of these has one of its paths.
  let signature: [[[String]]]
  let columns: [Column]
  var kinds: [(path: [String], kind: MemberTree.Kind)] = []
  var inputs: [(input: Input, path: [String])] = []
  /// The names of events that are pageviews and have no name.
  var pageviewNames: [String] = []

  static let all = [flat, properties, googleAnalytics, postHog, segment]
}

extension JSONForm {
  /// The form of objects with members at these paths; the first that is recognised, else ``flat``.
  init(recognising found: [[String]]) {
    let names = Set(found.map { $0.joined(separator: ".") })
    self =
      Self.all.first { form in
        form.signature.allSatisfy { paths in paths.contains { names.contains($0.joined(separator: ".")) } }
      } ?? .flat
  }
}

private func path(_ text: String) -> [String] { text.split(separator: "." as Character).map(String.init) }

extension JSONForm {
  /// Members that are named like columns, or what Umami's tracker sends: the forms of `events.append`.
  static let flat = JSONForm(
    kind: .flat,
    signature: [
      [path("session_id"), path("visitor")], [path("created_at"), path("payload.timestamp")],
    ],
    columns: trackedColumns,
    kinds: [(path("data"), .properties(.init())), (path("payload.data"), .properties(.init()))],
    inputs: [(.type, path("type"))])

  private static let trackedColumns: [Column] =
    EventField.allCases.map { field in
      let names = field.names + (trackerNames[field.rawValue] ?? []).map { "payload.\($0)" }
      switch field {
      case .sessionID: return Column(field.rawValue, names, ["visitor"])
      case .createdAt: return Column(field.rawValue, names, ["payload.timestamp"])
      default: return Column(field.rawValue, names)
      }
    } + [Column("url", ["url", "payload.url"]), Column("referrer", ["referrer", "payload.referrer"])]

  /// The names that members of a tracker's payload have, by column.
  private static let trackerNames: [String: [String]] = [
    "website_id": ["website"], "page_title": ["title"], "event_name": ["name"], "distinct_id": ["id"],
    "hostname": ["hostname"], "language": ["language"], "screen": ["screen"], "tag": ["tag"],
    "browser": ["browser"], "os": ["os"], "device": ["device"], "country": ["country"], "region": ["region"],
    "city": ["city"],
  ]

  /// Rows of `event_data`.
  static let properties = JSONForm(
    kind: .properties,
    signature: [PropertyField.dataKey.names.map(path), PropertyField.eventID.names.map(path)],
    columns: PropertyField.allCases.map { field in
      Column(field.rawValue, [field.names[0]], Array(field.names.dropFirst()))
    })
}

extension JSONForm {
  /// Google Analytics 4, exported to BigQuery.
  static let googleAnalytics = JSONForm(
    kind: .googleAnalytics,
    signature: [[path("event_timestamp")], [path("event_name")], [path("user_pseudo_id")]],
    columns: [
      Column("session_id", ["user_pseudo_id"], ["user_id"]),
      Column("visit_id", ["event_params.ga_session_id"]),
      Column("created_at", ["event_timestamp"]), Column("event_name", ["event_name"]),
      Column("url", ["event_params.page_location"]), Column("referrer", ["event_params.page_referrer"]),
      Column("page_title", ["event_params.page_title"], ["event_params.firebase_screen"]),
      Column("distinct_id", ["user_id"]),
      Column("browser", ["device.web_info.browser"], ["device.browser"]),
      Column("os", ["device.operating_system"]),
      Column("device", ["device.category"]),
      Column("language", ["device.language"], ["event_params.language"]),
      Column("screen", ["event_params.screen_resolution"]),
      Column("country", ["geo.country"]), Column("region", ["geo.region"]), Column("city", ["geo.city"]),
      Column("utm_source", ["collected_traffic_source.manual_source"]),
      Column("utm_medium", ["collected_traffic_source.manual_medium"]),
      Column("utm_campaign", ["collected_traffic_source.manual_campaign_name"]),
      Column("utm_content", ["collected_traffic_source.manual_content"]),
      Column("utm_term", ["collected_traffic_source.manual_term"]),
      Column("gclid", ["collected_traffic_source.gclid"]), Column("hostname", ["device.web_info.hostname"]),
    ],
    kinds: [(path("event_params"), .parameters)],
    pageviewNames: ["page_view", "screen_view"])

  /// PostHog's batch exports and its table of events.
  static let postHog = JSONForm(
    kind: .postHog,
    signature: [[path("event")], [path("distinct_id")], [path("timestamp")]],
    columns: [
      Column("session_id", ["distinct_id"]), Column("visit_id", ["properties.$session_id"]),
      Column("event_id", ["uuid"]), Column("created_at", ["timestamp"]), Column("event_name", ["event"]),
      Column("url", ["properties.$current_url"]), Column("referrer", ["properties.$referrer"]),
      Column("page_title", ["properties.title"], ["properties.$screen_name"]),
      Column("distinct_id", ["properties.$user_id"]),
      Column("browser", ["properties.$browser"]), Column("os", ["properties.$os"]),
      Column("device", ["properties.$device_type"]), Column("screen"),
      Column("language", ["properties.$browser_language"]),
      Column("country", ["properties.$geoip_country_code"]),
      Column("region", ["properties.$geoip_subdivision_1_code"]),
      Column("city", ["properties.$geoip_city_name"]),
    ]
      + [
        "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid", "fbclid", "msclkid",
        "ttclid", "li_fat_id", "twclid",
      ].map { Column($0, ["properties.\($0)"]) },
    kinds: [(path("properties"), .properties(.init(skipsDollar: true)))]
      + ["token", "distinct_id"].map { (path("properties.\($0)"), .members) },
    inputs: [
      (.screenWidth, path("properties.$screen_width")), (.screenHeight, path("properties.$screen_height")),
    ],
    pageviewNames: ["$pageview", "$screen"])

  /// The calls of Segment's API, as its sources and storage destinations write them; RudderStack has the same.
  static let segment = JSONForm(
    kind: .segment,
    signature: [
      [path("anonymousId"), path("userId")], [path("type")],
      [path("timestamp"), path("originalTimestamp"), path("receivedAt")],
    ],
    columns: [
      Column("session_id", ["anonymousId"], ["userId"]),
      Column("visit_id", ["context.sessionId"]), Column("event_id", ["messageId"]),
      Column("created_at", ["timestamp"], ["originalTimestamp"], ["receivedAt"]), Column("event_type"),
      Column("event_name", ["event"]),
      Column("url", ["context.page.url"], ["properties.url"], ["context.page.path"], ["properties.path"]),
      Column("referrer", ["context.page.referrer"], ["properties.referrer"]),
      Column("page_title", ["context.page.title"], ["properties.title"], ["name"]),
      Column("distinct_id", ["userId"]), Column("browser"), Column("os"), Column("device"), Column("screen"),
      Column("language", ["context.locale"]),
      Column("utm_source", ["context.campaign.source"]), Column("utm_medium", ["context.campaign.medium"]),
      Column("utm_campaign", ["context.campaign.name"]), Column("utm_content", ["context.campaign.content"]),
      Column("utm_term", ["context.campaign.term"]),
    ],
    kinds: [(path("properties"), .properties(.init()))]
      + ["search", "name", "category"].map { (path("properties.\($0)"), .members) },
    inputs: [
      (.type, path("type")), (.agent, path("context.userAgent")),
      (.screenWidth, path("context.screen.width")),
      (.screenHeight, path("context.screen.height")),
    ])
}
