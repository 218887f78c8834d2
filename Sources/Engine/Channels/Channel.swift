/// How a visit came: the name of its channel. Defined in `Sources/Engine/Reports/README.md`, section "Channels".
public enum Channel: UInt8, CaseIterable, Sendable {
  case crossNetwork, paidShopping, paidSearch, paidSocial, paidVideo, display, paidOther
  case organicShopping, organicSocial, organicVideo, aiAssistants, organicSearch
  case email, affiliates, audio, sms, mobilePush, referral, direct, unassigned

  /// The name in requests and replies.
  public var name: String {
    switch self {
    case .crossNetwork: "Cross-network"
    case .paidShopping: "Paid Shopping"
    case .paidSearch: "Paid Search"
    case .paidSocial: "Paid Social"
    case .paidVideo: "Paid Video"
    case .display: "Display"
    case .paidOther: "Paid Other"
    case .organicShopping: "Organic Shopping"
    case .organicSocial: "Organic Social"
    case .organicVideo: "Organic Video"
    case .aiAssistants: "AI Assistants"
    case .organicSearch: "Organic Search"
    case .email: "Email"
    case .affiliates: "Affiliates"
    case .audio: "Audio"
    case .sms: "SMS"
    case .mobilePush: "Mobile Push"
    case .referral: "Referral"
    case .direct: "Direct"
    case .unassigned: "Unassigned"
    }
  }
}

/// The kind of site or program that a source is, which decides its channel together with the medium.
public enum SourceCategory: String, CaseIterable, Sendable {
  case search, social, video, shopping, ai, email
}

/// Which names and domains belong to which ``SourceCategory``.
///
/// A name is compared with `utm_source`. A domain `d` also holds for the domains below it; `d.*` holds for `d` followed
/// by one or two labels. Of several entries that hold, the one with the most labels decides, of those the earliest.
public struct SourceCategories: Equatable, Sendable {
  private struct Entry: Equatable, Sendable {
    let labels: Int
    let order: Int
    let category: SourceCategory

    func isBetter(than other: Entry?) -> Bool {
      guard let other else { return true }
      return (-labels, order) < (-other.labels, other.order)
    }
  }

  private var names: [String: Entry] = [:]
  private var domains: [String: Entry] = [:]
  /// Without their `.*`.
  private var starredDomains: [String: Entry] = [:]
  private var count = 0
  /// No domain has more bytes.
  private var longestDomain = 0

  public init() {}

  /// Adds an entry behind all others. Both are compared in lower case.
  public mutating func add(name: String, _ category: SourceCategory) {
    Self.add(Entry(labels: 1, order: count, category: category), under: name.lowercased(), to: &names)
    count += 1
  }

  public mutating func add(domain: String, _ category: SourceCategory) {
    let domain = domain.lowercased()
    longestDomain = max(longestDomain, domain.utf8.count)
    let labels = domain.utf8.count { $0 == UInt8(ascii: ".") } + 1
    let entry = Entry(labels: labels, order: count, category: category)
    if domain.hasSuffix(".*") {
      Self.add(entry, under: String(domain.dropLast(2)), to: &starredDomains)
    } else {
      Self.add(entry, under: domain, to: &domains)
    }
    count += 1
  }

  private static func add(_ entry: Entry, under key: String, to table: inout [String: Entry]) {
    if entry.isBetter(than: table[key]) { table[key] = entry }
  }

  /// An entry: its text, without the `.*` of a starred domain.
  package struct Rule: Sendable {
    package enum Kind: Sendable { case name, domain, starredDomain }

    package let text: String
    package let kind: Kind
    package let category: SourceCategory
  }

  /// The entries that can decide. Of several that hold for a text, the first does.
  package var rules: [Rule] {
    let tables: [(Rule.Kind, [String: Entry])] = [
      (.name, names), (.domain, domains), (.starredDomain, starredDomains),
    ]
    return tables.flatMap { kind, table in
      table.map { (entry: $1, rule: Rule(text: $0, kind: kind, category: $1.category)) }
    }.sorted { $0.entry.isBetter(than: $1.entry) }.map(\.rule)
  }

  /// Returns the category of a `utm_source`, which is in lower case: that of the name or of the domain that it is.
  func category(ofSource source: String) -> SourceCategory? {
    let (name, domain) = (names[source], best(source))
    guard let name else { return domain?.category }
    return domain.map { $0.isBetter(than: name) ? $0 : name }?.category ?? name.category
  }

  /// Returns the category of a domain, which is in lower case.
  func category(ofDomain domain: String) -> SourceCategory? { best(domain)?.category }

  /// Returns the entry that decides for a domain. The time grows with the text only linearly, because no part of it
  /// that is longer than the longest entry is looked up.
  private func best(_ domain: String) -> Entry? {
    var best: Entry?
    let bytes = Array(domain.utf8)
    let dots = bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }
    /// The ends of the text without its last label, and without its last two, if these are not empty.
    let last = dots.last.flatMap { $0 + 1 < bytes.count ? $0 : nil }
    let secondLast = last.flatMap { last in dots.dropLast().last.flatMap { $0 + 1 < last ? $0 : nil } }
    func check(_ start: Int, _ end: Int, _ table: [String: Entry]) {
      guard start < end, end - start <= longestDomain else { return }
      if let entry = table[String(decoding: bytes[start..<end], as: UTF8.self)], entry.isBetter(than: best) {
        best = entry
      }
    }
    for start in [0] + dots.map({ $0 + 1 }) {
      check(start, bytes.count, domains)
      for end in [last, secondLast].compactMap(\.self) { check(start, end, starredDomains) }
    }
    return best
  }
}
