import Calendar
import Engine

/// Guesses from the usual names of columns what they could be read as.
struct ColumnProposal {
  /// The target of each column that has one, by the column's index.
  private(set) var targets: [Int: String] = [:]
  private let columns: [InspectedColumn]
  private let names: [Name]
  /// The columns of day and time that are one target together; nil if none are.
  private var joined: (day: Int, time: Int)?
  /// The targets that have a column already, and those that `--map` excludes.
  private var taken: Set<String>

  /// A column's name in lowercase letters and digits, and its last part if it has dots.
  private struct Name {
    let whole: String
    let last: String?
  }

  /// Finds targets for the columns that are not read.
  ///
  /// - Parameters:
  ///   - isKnown: whether the table can be read as events without the proposal.
  ///   - joinsTimes: whether one column of days and one of times can be joined.
  ///   - rules: what the user maps, whose targets keep their columns, and how times are read.
  init(_ columns: [InspectedColumn], isKnown: Bool, joinsTimes: Bool, _ rules: ReadingRules) {
    let map = rules.columnMap
    let times = TimestampParser(rules.times)
    self.columns = columns
    names = columns.map { column in
      let parts = column.name.split(separator: "." as Character)
      let last = parts.count > 1 ? Self.plain(parts[parts.count - 1]) : ""
      return Name(
        whole: Self.plain(column.name[...]), last: Self.vague.contains(last) || last.isEmpty ? nil : last)
    }
    taken = Set(columns.flatMap(\.targets)).union(map.allTargets)
    if !isKnown { proposeVisitor(map) }
    if joinsTimes { proposeJoinedTime(times) }
    propose(Self.time.target, Self.time.names) { times.reads($0) }
    if !isTaken(Self.time.target) { proposeTime { times.reads($0) } }
    for (target, names) in Self.others where !isTaken(target) {
      propose(target, names) { target != ColumnMap.url || $0.contains("/" as Character) }
    }
    proposeName(rules)
  }

  /// Whether the table has, or would have, what every event needs.
  var hasRequiredTargets: Bool {
    [EventField.sessionID, .createdAt].allSatisfy { taken.contains($0.rawValue) }
  }

  /// The value of `--map` that adds the proposal to `map`; nil if there is nothing to add, or if it would not suffice.
  func map(adding map: ColumnMap) -> String? {
    guard !targets.isEmpty, hasRequiredTargets else { return nil }
    let order = [Self.time.target, EventField.sessionID.rawValue, EventField.visitID.rawValue]
    let added = targets.compactMap { column, target -> (target: String, source: String)? in
      guard let joined, target == Self.time.target else { return (target, columns[column].name) }
      return column == joined.day
        ? (target, "\(columns[joined.day].name)+\(columns[joined.time].name)") : nil
    }.sorted { a, b in
      let (first, second) = (order.firstIndex(of: a.target) ?? .max, order.firstIndex(of: b.target) ?? .max)
      return (first, a.target) < (second, b.target)
    }
    let entries = map.entries + added.map { ColumnMap.entry($0.target, $0.source) }
    return entries.joined(separator: ",")
  }

  /// Whoever visits is the session; what the file calls a session is a visit, if it also names visitors.
  private mutating func proposeVisitor(_ map: ColumnMap) {
    let (session, visit) = (EventField.sessionID.rawValue, EventField.visitID.rawValue)
    guard !map.allTargets.contains(session) else { return proposeVisit(visit) }
    let own = columns.firstIndex { $0.targets.contains(session) }
    guard let visitor = findFilled(Self.visitors, orReadAs: .distinctID) else {
      if own == nil, let found = findFilled(Self.sessions) ?? findFilled(Self.addresses) {
        take(session, found)
      }
      return
    }
    if let own {
      // The file is as it should be, if it also has visits.
      guard !isTaken(visit) else { return }
      targets[own] = visit
      taken.insert(visit)
      take(session, visitor)
    } else {
      take(session, visitor)
      proposeVisit(visit)
    }
  }

  private mutating func proposeVisit(_ visit: String) {
    guard !isTaken(visit), let found = find(Self.sessions) else { return }
    take(visit, found)
  }

  /// Gives the time of an event to a column of days and one of times of day.
  private mutating func proposeJoinedTime(_ times: TimestampParser) {
    guard !isTaken(Self.time.target), let day = find(Self.days), let time = find(Self.timesOfDay),
      let (date, clock) = columns[day].example.flatMap({ day in columns[time].example.map { (day, $0) } }),
      !times.reads(clock), times.reads("\(date) \(clock)")
    else { return }
    joined = (day, time)
    take(Self.time.target, day)
    take(Self.time.target, time)
  }

  /// Gives the time of an event to the first column whose example is a time, whatever its name is. A number is a time
  /// only if no text is one, because it may be an id.
  private mutating func proposeTime(_ isTime: (String) -> Bool) {
    let candidates = columns.indices.filter { index in
      let example = columns[index].example ?? ""
      return columns[index].targets.isEmpty && targets[index] == nil
        && !ColumnMap.isUnwritable(columns[index].name)
        && isTime(example)
    }
    func isNumber(_ index: Int) -> Bool { Double(columns[index].example ?? "") != nil }
    if let found = candidates.first(where: { !isNumber($0) }) ?? candidates.first {
      take(Self.time.target, found)
    }
  }

  /// Gives `target` to the first column with one of `names` whose example is in order, otherwise to the first of all.
  private mutating func propose(_ target: String, _ names: [String], _ isInOrder: (String) -> Bool) {
    guard !isTaken(target) else { return }
    let certain = find(names) { columns[$0].example.map(isInOrder) ?? false }
    // A place may be a word that has nothing to do with addresses.
    let other = target == ColumnMap.url ? Self.pageAddresses : names
    if let found = certain ?? find(other) { take(target, found) }
  }

  /// Gives the name of an event to a column that is only called a name if its example is the name of pageviews.
  private mutating func proposeName(_ rules: ReadingRules) {
    let pageviews = rules.pageviewNames ?? EventTypeRule.commonPageviewNames
    guard !isTaken(EventField.eventName.rawValue),
      let found = find(["name"], where: { columns[$0].example.map(pageviews.contains) ?? false })
    else { return }
    take(EventField.eventName.rawValue, found)
  }

  private mutating func take(_ target: String, _ column: Int) {
    targets[column] = target
    taken.insert(target)
  }

  /// Whether a target has a column, or what it would be derived from has one.
  private func isTaken(_ target: String) -> Bool {
    if taken.contains(target) { return true }
    func has(_ fields: EventField...) -> Bool { fields.contains { taken.contains($0.rawValue) } }
    switch target {
    case ColumnMap.url: return has(.urlPath)
    case ColumnMap.referrer: return has(.referrerDomain, .referrerPath)
    case EventField.hostname.rawValue: return taken.contains(ColumnMap.url)
    default: return false
    }
  }

  /// The first column that has a value in one of the examined rows.
  private func findFilled(_ names: [String], orReadAs target: EventField? = nil) -> Int? {
    find(names, orReadAs: target) { columns[$0].example != nil }
  }

  /// The first column that is not read, or is read as `target`, by the order of `names`.
  private func find(
    _ names: [String], orReadAs target: EventField? = nil, where isCandidate: (Int) -> Bool = { _ in true }
  ) -> Int? {
    let targets = self.targets
    func isFree(_ column: InspectedColumn) -> Bool {
      column.targets.allSatisfy { $0 == target?.rawValue } && !ColumnMap.isUnwritable(column.name)
    }
    func first(_ name: String, _ text: (Name) -> String?) -> Int? {
      columns.indices.first { index in
        text(self.names[index]) == name && targets[index] == nil && isFree(columns[index])
          && isCandidate(index)
      }
    }
    for name in names { if let found = first(name, \.whole) { return found } }
    for name in names { if let found = first(name, \.last) { return found } }
    return nil
  }

  private static func plain(_ name: Substring) -> String {
    String(
      String.UnicodeScalarView(
        name.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }))
  }
}

extension TimestampParser {
  fileprivate func reads(_ text: String) -> Bool {
    do throws(InstantError) {
      let parse = { (bytes: Bytes) throws(InstantError) in try self.milliseconds(bytes) }
      _ = try text.utf8.span.withUnsafeBufferPointer(parse)
      return true
    } catch {
      return false
    }
  }
}

// The names that trackers, exports and log formats use: Google Analytics 4, Segment, PostHog, Plausible, Matomo,
// Snowplow, Amplitude and others. In lowercase letters and digits, the most specific first.
extension ColumnProposal {
  /// Too vague as the last part of a name with dots.
  private static let vague: Set<String> = [
    "id", "name", "type", "value", "date", "time", "user", "event", "page",
  ]

  private static let visitors = [
    "visitor", "visitorid", "userpseudoid", "anonymousid", "distinctid", "clientid", "cookieid",
    "domainuserid",
    "amplitudeid", "deviceid", "idvisitor", "networkuserid", "fingerprint", "guestid", "userid", "uid",
    "user",
    "customerid", "memberid", "accountid", "profileid",
  ]
  private static let sessions = [
    "gasessionid", "eventparamsgasessionid", "sessionid", "usersession", "domainsessionid", "sessionuuid",
    "visitid", "idvisit",
    "session",
    "visit",
  ]
  private static let addresses = [
    "ip", "ipaddress", "clientip", "userip", "useripaddress", "remoteaddr", "remotehost", "cip",
  ]

  private static let time = (
    target: EventField.createdAt.rawValue,
    names: [
      "createdat", "timestamp", "eventtimestamp", "eventtime", "collectortstamp", "derivedtstamp",
      "dvcecreatedtstamp", "clienteventtime", "originaltimestamp", "occurredat", "happenedat", "datetime",
      "time",
      "ts", "servertime", "servertimestamp", "visittime", "viewedat", "visitedat", "hittime", "requesttime",
      "timelocal", "loggedat", "sentat", "receivedat", "createdon", "createtime", "unixtime", "epoch", "date",
      "eventdate", "actiondetails0timestamp", "firstactiontimestamp", "servertimepretty",
    ]
  )

  private static let days = ["date", "eventdate", "visitdate", "logdate", "day"]
  private static let timesOfDay = ["time", "eventtime", "visittime", "logtime", "timeofday"]

  /// Names that mean the address of a page and nothing else.
  private static let pageAddresses = [
    "url", "pagelocation", "currenturl", "pageurl", "fullurl", "urlfull", "requesturl", "contextpageurl",
    "documentlocation", "documenturl", "page", "pagepath", "pathname", "path", "urlpath", "eventpage",
    "requesturi", "uri",
    "requestpath", "contextpagepath", "csuristem", "actiondetails0url", "eventparamspagelocation",
  ]
  /// Names that may also mean something else.
  private static let possibleAddresses = [
    "href", "location", "link", "address", "route", "screenname", "request",
  ]

  private static let others: [(target: String, names: [String])] = [
    (ColumnMap.url, pageAddresses + possibleAddresses),
    (
      ColumnMap.referrer,
      [
        "referrer", "referer", "pagereferrer", "referrerurl", "referringurl", "httpreferer", "httpreferrer",
        "contextpagereferrer", "documentreferrer", "initialreferrer", "ref", "previouspage",
        "eventparamspagereferrer",
      ]
    ),
    (EventField.eventName.rawValue, ["eventname", "event", "eventaction", "action", "activity"]),
    (EventField.eventID.rawValue, ["insertid", "eventuuid", "uuid", "eventid", "messageid", "hitid"]),
    (
      EventField.visitID.rawValue,
      ["visitid", "gasessionid", "eventparamsgasessionid", "usersession", "domainsessionid", "idvisit"]
    ),
    (EventField.distinctID.rawValue, ["distinctid", "userid", "customerid", "accountid"]),
    (
      EventField.websiteID.rawValue, ["websiteid", "siteid", "idsite", "propertyid", "projectid", "appid"]
    ),
    (
      EventField.pageTitle.rawValue,
      [
        "pagetitle", "title", "documenttitle", "contextpagetitle", "actiondetails0pagetitle",
        "actiondetails0title",
        "eventparamspagetitle",
      ]
    ),
    (EventField.hostname.rawValue, ["hostname", "host", "pagehostname", "pageurlhost", "domain"]),
    (EventField.device.rawValue, ["device", "devicetype", "devicecategory", "devicefamily"]),
    (
      EventField.browser.rawValue,
      ["browser", "browsername", "browserfamily", "brname", "devicewebinfobrowser"]
    ),
    (
      EventField.os.rawValue,
      [
        "os", "osname", "operatingsystem", "operatingsystemname", "deviceoperatingsystem", "osfamily",
        "platform",
      ]
    ),
    (EventField.screen.rawValue, ["screen", "screenresolution", "screensize", "resolution"]),
    (
      EventField.language.rawValue,
      ["language", "lang", "locale", "browserlanguage", "contextlocale", "languagecode", "devicelanguage"]
    ),
    (
      EventField.country.rawValue,
      [
        "country", "countrycode", "geocountry", "geoipcountrycode", "locationcountry", "ipcountry",
        "countryname",
      ]
    ),
    (
      EventField.region.rawValue,
      ["region", "georegion", "regioncode", "geoipsubdivision1code", "subdivision1code", "regionname"]
    ),
    (EventField.city.rawValue, ["city", "geocity", "geoipcityname", "cityname"]),
    (EventField.utmSource.rawValue, ["utmsource", "campaignsource", "mktsource", "contextcampaignsource"]),
    (EventField.utmMedium.rawValue, ["utmmedium", "campaignmedium", "mktmedium", "contextcampaignmedium"]),
    (
      EventField.utmCampaign.rawValue,
      ["utmcampaign", "campaign", "campaignname", "mktcampaign", "contextcampaignname"]
    ),
    (EventField.utmContent.rawValue, ["utmcontent", "mktcontent", "contextcampaigncontent"]),
    (EventField.utmTerm.rawValue, ["utmterm", "mktterm", "contextcampaignterm"]),
  ]
}
