/// What decides the channel of a visit, by the dictionary codes of its first event: each distinct text is examined once.
struct ChannelTables: Sendable {
  /// By code of `utm_source`, `utm_medium` and `utm_campaign`.
  private let sources: [SourceTraits]
  private let mediums: [MediumTraits]
  private let campaigns: [CampaignTraits]
  /// By code of `referrer_domain` and `hostname`: the number of the host without a leading `www.`, 0 if it is empty.
  private let referrers: [(host: UInt32, category: SourceCategory?)]
  private let hostnames: [UInt32]

  /// The result is meaningless once the executor is cancelled.
  init(_ website: WebsiteColumns, _ categories: SourceCategories, _ executor: ParallelExecutor) {
    sources = Self.map(website.dictionary(.utmSource), executor) { SourceTraits($0, categories) }
    mediums = Self.map(website.dictionary(.utmMedium), executor) { MediumTraits($0) }
    campaigns = Self.map(website.dictionary(.utmCampaign), executor) { CampaignTraits($0) }
    var hosts: [String: UInt32] = ["": 0]
    func number(of host: String) -> UInt32 {
      let next = UInt32(hosts.count)
      if let known = hosts[host] { return known }
      hosts[host] = next
      return next
    }
    // Only hosts of the website itself are numbered, so that millions of referrers take no memory here.
    hostnames = Self.map(website.dictionary(.hostname), executor) { number(of: hostWithoutWWW($0)) }
    let other = UInt32.max
    referrers = Self.map(website.dictionary(.referrerDomain), executor) { text in
      let host = hostWithoutWWW(text)
      return (hosts[host] ?? other, categories.category(ofDomain: host))
    }
  }

  private static func map<Traits>(
    _ dictionary: TextDictionary, _ executor: ParallelExecutor, _ traits: (String) -> Traits
  ) -> [Traits] {
    var all: [Traits] = []
    all.reserveCapacity(dictionary.count)
    var first: Traits?
    var isCancelled = false
    dictionary.forEach { code, text in
      if code.isMultiple(of: 1024), executor.isCancelled { isCancelled = true }
      // A cancelled result is not used; it only has to be complete.
      if isCancelled, let first { return all.append(first) }
      let made = traits(String(decoding: text, as: UTF8.self))
      if first == nil { first = made }
      all.append(made)
    }
    return all
  }

  /// Returns what classifies the events of a partition.
  func classifier(of partition: Partition) -> ChannelClassifier { ChannelClassifier(tables: self, partition) }

  /// The first rule that holds decides; see the table in `Sources/Engine/Reports/README.md`, section "Channels".
  fileprivate func channel(
    source: Int, medium: Int, campaign: Int, referrer: Int, hostname: Int, clickIDs: ClickIDs
  ) -> Channel {
    let (s, m, c) = (sources[source], mediums[medium], campaigns[campaign])
    var (host, referrerCategory) = referrers[referrer]
    if host == hostnames[hostname] { (host, referrerCategory) = (0, nil) }
    let category = s.category ?? referrerCategory
    let isPaid = m.isPaid
    let isShopping = category == .shopping || c.isShopping
    let isSearchAd = !clickIDs.isDisjoint(with: .search)
    if c.isCrossNetwork { return .crossNetwork }
    if isShopping, isPaid { return .paidShopping }
    if category == .search, isPaid || isSearchAd { return .paidSearch }
    if category == .social, isPaid || !clickIDs.isDisjoint(with: .social) { return .paidSocial }
    if category == .video, isPaid { return .paidVideo }
    if m.kind == .display { return .display }
    if isPaid || isSearchAd { return .paidOther }
    if isShopping { return .organicShopping }
    if category == .social || m.kind == .social { return .organicSocial }
    if category == .video || m.hasVideo { return .organicVideo }
    if category == .ai { return .aiAssistants }
    if category == .search || m.kind == .organic { return .organicSearch }
    if category == .email || s.isEmail || m.kind == .email { return .email }
    if m.kind == .affiliate { return .affiliates }
    if m.kind == .audio { return .audio }
    if s.isSMS || m.kind == .sms { return .sms }
    if m.isMobilePush { return .mobilePush }
    if host != 0 || m.kind == .referral { return .referral }
    return s.isEmpty && m.isEmpty && c.isEmpty ? .direct : .unassigned
  }
}

/// Classifies the events of one partition.
struct ChannelClassifier {
  private let tables: ChannelTables
  private let columns: [CodeColumn]
  private let clickIDs: Column<UInt8>

  fileprivate init(tables: ChannelTables, _ partition: Partition) {
    self.tables = tables
    columns = [.utmSource, .utmMedium, .utmCampaign, .referrerDomain, .hostname].map { partition[$0] }
    clickIDs = partition.clickIDs
  }

  /// Returns the channel of a visit whose first event is at this row of the partition.
  func channel(ofRow row: Int) -> Channel {
    tables.channel(
      source: Int(columns[0][row]), medium: Int(columns[1][row]), campaign: Int(columns[2][row]),
      referrer: Int(columns[3][row]), hostname: Int(columns[4][row]),
      clickIDs: ClickIDs(rawValue: clickIDs[row]))
  }
}

private struct SourceTraits: Sendable {
  let category: SourceCategory?
  let isEmpty: Bool
  let isEmail: Bool
  let isSMS: Bool

  init(_ text: String, _ categories: SourceCategories) {
    let source = trimmedLowercase(text)
    isEmpty = source.isEmpty
    category = source.isEmpty ? nil : categories.category(ofSource: source)
    isEmail = emailNames.contains(source)
    isSMS = source == "sms"
  }
}

private struct MediumTraits: Sendable {
  enum Kind: Sendable { case display, social, organic, email, affiliate, audio, sms, referral }

  let isEmpty: Bool
  let isPaid: Bool
  let hasVideo: Bool
  let isMobilePush: Bool
  let kind: Kind?

  init(_ text: String) {
    let medium = trimmedLowercase(text)
    isEmpty = medium.isEmpty
    let isOneLine = !medium.utf8.contains(UInt8(ascii: "\n"))
    isPaid =
      medium == "ppc" || medium == "retargeting"
      || isOneLine && (medium.utf8.starts(with: "paid".utf8) || contains(medium, "cp"))
    hasVideo = contains(medium, "video")
    isMobilePush = medium.hasSuffix("push") || contains(medium, "mobile") || contains(medium, "notification")
    kind =
      switch medium {
      case "display", "banner", "expandable", "interstitial", "cpm": .display
      case "social", "social-network", "social-media", "sm", "social network", "social media": .social
      case "organic": .organic
      case _ where emailNames.contains(medium): .email
      case "affiliate", "affiliates": .affiliate
      case "audio": .audio
      case "sms": .sms
      case "referral", "app", "link": .referral
      default: nil
      }
  }
}

private struct CampaignTraits: Sendable {
  let isEmpty: Bool
  let isCrossNetwork: Bool
  let isShopping: Bool

  init(_ text: String) {
    let campaign = trimmedLowercase(text)
    isEmpty = campaign.isEmpty
    isCrossNetwork = contains(campaign, "cross-network")
    isShopping =
      !campaign.utf8.contains(UInt8(ascii: "\n"))
      && (contains(campaign, "shopping") || containsShop(campaign))
  }
}

private let emailNames: Set<String> = ["email", "e-mail", "e_mail", "e mail", "newsletter"]

/// Whether `shop` occurs in the text at its beginning, or behind anything but one of the letters `a` to `d` and `f` to
/// `z`.
private func containsShop(_ text: String) -> Bool {
  let (bytes, shop) = (Array(text.utf8), Array("shop".utf8))
  guard bytes.count >= shop.count else { return false }
  return (0...bytes.count - shop.count).contains { start in
    guard bytes[start..<start + shop.count].elementsEqual(shop) else { return false }
    if start == 0 { return true }
    let before = bytes[start - 1]
    return before == UInt8(ascii: "e") || !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= before)
  }
}

private func contains(_ text: String, _ needle: String) -> Bool {
  let (bytes, needle) = (Array(text.utf8), Array(needle.utf8))
  var borders: [UInt32] = []
  appendBorders(of: needle[...], to: &borders)
  return bytes.withUnsafeBufferPointer { endOfFirst(needle.span, borders.span, in: $0, from: 0) != nil }
}

/// The text without ASCII white space around it, its ASCII letters in lower case.
private func trimmedLowercase(_ text: String) -> String {
  func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || 9...13 ~= byte }
  let trimmed = text.utf8.drop(while: isSpace)
  let end = trimmed.lastIndex { !isSpace($0) }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
  return String(
    decoding: trimmed[..<end].map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 },
    as: UTF8.self)
}

/// A host in lower case without a leading `www.`.
private func hostWithoutWWW(_ host: String) -> String {
  let host = host.lowercased()
  return host.utf8.starts(with: "www.".utf8) ? String(decoding: host.utf8.dropFirst(4), as: UTF8.self) : host
}
