import Engine

/// The channel of a visit as an expression over its first event; see the table in `Sources/Engine/Reports/README.md`, section
/// "Channels".
struct ChannelSQL {
  private let categories: SourceCategories

  init(_ categories: SourceCategories) { self.categories = categories }

  /// The columns that decide.
  static let columns: Set<EventColumn> = Set(
    [.utmSource, .utmMedium, .utmCampaign, .referrerDomain, .hostname].map { EventColumn.text($0) }
      + EventColumn.ClickID.allCases.filter { $0 != .fbclid }.map { .clickID($0) })

  /// A SELECT of a relation's columns and `channel`.
  ///
  /// ClickHouse expands an alias at each use, so an expression that is used several times gets a SELECT of its own.
  ///
  /// - Parameter value: The column of the relation with the value of a column at the first event.
  func selection(from relation: SQL, _ value: (EventColumn) -> SQL) -> SQL {
    func isSet(_ id: EventColumn.ClickID) -> SQL { "\(value(.clickID(id))) != ''" }
    let levels: [SQL] = [
      """
      \(trimmed(value(.text(.utmSource)))) AS source, \(trimmed(value(.text(.utmMedium)))) AS medium,
          \(trimmed(value(.text(.utmCampaign)))) AS campaign, \(withoutWWW(value(.text(.referrerDomain)))) AS referring_host,
          if(referring_host = \(withoutWWW(value(.text(.hostname)))), '', referring_host) AS referrer
      """,
      "\(labels(of: "source")) AS source_labels, \(labels(of: "referrer")) AS referrer_labels",
      """
      \(category(of: "source", labels: "source_labels", withNames: true)) AS source_category,
          \(category(of: "referrer", labels: "referrer_labels", withNames: false)) AS referrer_category
      """,
      """
      if(source != '' AND source_category != '', source_category, referrer_category) AS category,
          match(medium, '^(?:(?-s:.)*cp(?-s:.)*|ppc|retargeting|paid(?-s:.)*)$') AS is_paid,
          category = 'shopping' OR match(campaign, '^(?-s:.)*(?:(?:[^a-df-z]|^)shop|shopping)(?-s:.)*$') AS is_shop,
          \(isSet(.gclid)) OR \(isSet(.msclkid)) AS is_search_ad
      """,
      """
      \(channel(isSocialAd: "\(isSet(.ttclid)) OR \(isSet(.li_fat_id)) OR \(isSet(.twclid))")) AS channel
      """,
    ]
    return levels.reduce(relation) { relation, columns in "SELECT *, \(columns)\n  FROM (\(relation))" }
  }

  /// The labels of a text that can be of a domain of the categories, the last ones: a lambda copies what it uses for each element.
  private func labels(of text: SQL) -> SQL {
    let most =
      categories.rules.map {
        $0.text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).count
      }
      .max() ?? 0
    // A starred domain leaves out two.
    return "arraySlice(splitByChar('.', \(text)), -\(number: most + 2))"
  }

  private func channel(isSocialAd: SQL) -> SQL {
    let rules: [(Channel, SQL)] = [
      (.crossNetwork, "position(campaign, 'cross-network') > 0"),
      (.paidShopping, "is_shop AND is_paid"),
      (.paidSearch, "category = 'search' AND (is_paid OR is_search_ad)"),
      (
        .paidSocial,
        "category = 'social' AND (is_paid OR \(isSocialAd))"
      ),
      (.paidVideo, "category = 'video' AND is_paid"),
      (.display, "medium IN ('display', 'banner', 'expandable', 'interstitial', 'cpm')"),
      (.paidOther, "is_paid OR is_search_ad"),
      (.organicShopping, "is_shop"),
      (
        .organicSocial,
        "category = 'social' OR medium IN ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')"
      ),
      (.organicVideo, "category = 'video' OR position(medium, 'video') > 0"),
      (.aiAssistants, "category = 'ai'"),
      (.organicSearch, "category = 'search' OR medium = 'organic'"),
      (
        .email,
        "category = 'email' OR source IN ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter') OR medium IN ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter')"
      ),
      (.affiliates, "medium IN ('affiliate', 'affiliates')"),
      (.audio, "medium = 'audio'"),
      (.sms, "source = 'sms' OR medium = 'sms'"),
      (
        .mobilePush,
        "endsWith(medium, 'push') OR position(medium, 'mobile') > 0 OR position(medium, 'notification') > 0"
      ),
      (.referral, "referrer != '' OR medium IN ('referral', 'app', 'link')"),
      (.direct, "source = '' AND medium = '' AND campaign = '' AND referrer = ''"),
    ]
    let branches = rules.map { "\($1), \(value: $0.name)" as SQL }.joined(separator: ", ")
    return "multiIf(\(branches), \(value: Channel.unassigned.name))"
  }

  /// A text without ASCII white space around it, its ASCII letters in lower case.
  private func trimmed(_ text: SQL) -> SQL {
    "lower(replaceRegexpAll(toString(\(text)), '^[ \\\\t-\\\\r]+|[ \\\\t-\\\\r]+$', ''))"
  }

  private func withoutWWW(_ host: SQL) -> SQL {
    "replaceRegexpOne(lowerUTF8(toString(\(host))), '^www\\\\.', '')"
  }

  /// The category of a text, the empty text if it has none: that of the first rule that holds.
  ///
  /// A domain holds if it is the text from one of its labels on; a starred domain if it is that without the last label, or
  /// without the last two, none of which may be empty.
  ///
  /// - Parameter labels: The labels of the text.
  private func category(of text: SQL, labels: SQL, withNames: Bool) -> SQL {
    let rules = categories.rules
    func list(_ kind: SourceCategories.Rule.Kind) -> (texts: [String], ranks: [Int64]) {
      let found = rules.enumerated().filter { $1.kind == kind }
      return (found.map(\.element.text), found.map { Int64($0.offset + 1) })
    }
    let none = Int64(rules.count + 1)
    func rank(_ text: SQL, _ kind: SourceCategories.Rule.Kind) -> SQL {
      let (texts, ranks) = list(kind)
      if texts.isEmpty { return "\(value: none)" }
      return "transform(\(text), \(value: texts), \(value: ranks), \(value: none))"
    }
    // From each label on to the last one, to the one before, and to the one before that.
    func tail(_ dropped: Int) -> SQL {
      """
      arrayStringConcat(arraySlice(\(labels), i, length(\(labels)) - i + 1 - \(number: dropped)), '.')
      """
    }
    let domainRank: SQL = """
      arrayMin(arrayMap(i -> least(\(rank(tail(0), .domain)), \
      if(i + 1 <= length(\(labels)) AND \(labels)[-1] != '', \(rank(tail(1), .starredDomain)), \(value: none)), \
      if(i + 2 <= length(\(labels)) AND \(labels)[-1] != '' AND \(labels)[-2] != '', \
      \(rank(tail(2), .starredDomain)), \(value: none))), arrayEnumerate(\(labels))))
      """
    let best: SQL =
      withNames ? "least(\(domainRank), \(rank("\(text)", .name)))" : domainRank
    return
      "transform(\(best), \(value: (1...max(rules.count, 1)).map { Int64($0) }), \(value: rules.map(\.category.rawValue) + (rules.isEmpty ? [""] : [])), '')"
  }
}
