@testable import Calendar

@testable import Engine

// Every report as its definition says it, without any thought of time or memory: what the kernels are compared with.

typealias ReferenceEvent = ReferenceStore.Event

/// Groups by a key; in order of first appearance.
private func groups<Key: Hashable>(
  _ events: [ReferenceEvent], by key: (ReferenceEvent) -> Key
) -> [(key: Key, events: [ReferenceEvent])] {
  let groups = Dictionary(grouping: events, by: key)
  var seen: Set<Key> = []
  return events.map(key).filter { seen.insert($0).inserted }.map { ($0, groups[$0] ?? []) }
}

private func distinct(_ texts: [String]) -> Int { Set(texts).count }

/// Whether a text is equal to a pattern with stars.
private func matches(_ text: Substring, _ pattern: Substring) -> Bool {
  guard let first = pattern.first else { return text.isEmpty }
  if first == "*" {
    return text.indices.contains { matches(text[$0...], pattern.dropFirst()) }
      || matches("", pattern.dropFirst())
  }
  return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
}

private func matches(_ event: ReferenceEvent, _ step: (subject: EventMatcher.Subject, pattern: String))
  -> Bool
{
  matches(event.text(step.subject == .path ? .urlPath : .eventName)[...], step.pattern[...])
}

private func byValue(_ a: (name: String, value: Int128), _ b: (name: String, value: Int128)) -> Bool {
  a.value != b.value ? a.value > b.value : precedes(a.name, b.name)
}

enum Reference {
  // MARK: Lists of texts

  static func utm(_ events: [ReferenceEvent]) -> [String] {
    var counts: [String: [String: Int]] = [:]
    for event in events where event.type == 1 {
      var query = event.text(.urlQuery)
      let pairs = query.withUTF8(formPairs)
      for (key, value) in pairs where key.hasPrefix("utm_") {
        counts[key, default: [:]][value, default: 0] += 1
      }
    }
    let fixed = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
    let keys =
      fixed.filter { counts[$0] != nil } + counts.keys.filter { !fixed.contains($0) }.sorted(by: precedes)
    return keys.map { key in
      let values = (counts[key] ?? [:]).map { (name: $0.key, value: Int128($0.value)) }.sorted(by: byValue)
      return "\(key): \(values.map { "\($0.name) \($0.value)" })"
    }
  }

  static func journey(
    _ events: [ReferenceEvent], steps: Int, start: String?, end: String?
  ) -> [String] {
    var counts: [[String?]: Int] = [:]
    for (_, events) in groups(events, by: \.visit) {
      let names = events.prefix(steps).map {
        $0.text(.eventName).isEmpty ? $0.text(.urlPath) : $0.text(.eventName)
      }
      if let start, names.first != start { continue }
      if let end, names.last != end { continue }
      var items: [String?] = []
      for name in names where items.last != .some(name) { items.append(name) }
      counts[items + (events.count < steps ? [nil] : []), default: 0] += 1
    }
    func comesFirst(_ a: [String?], _ b: [String?]) -> Bool {
      for (a, b) in zip(a, b) where a != b {
        guard let a else { return true }
        guard let b else { return false }
        return precedes(a, b)
      }
      return a.count < b.count
    }
    return counts.sorted { $0.value != $1.value ? $0.value > $1.value : comesFirst($0.key, $1.key) }
      .prefix(100).map { "\($0.key) \($0.value)" }
  }

  static func insights(_ events: [ReferenceEvent], by fields: [TextColumn]) -> [String] {
    let rows = groups(events.filter { $0.type == 1 }, by: { event in fields.map { event.text($0) } }).map {
      values, views in
      let stays = groups(views, by: { [$0.session, $0.visit] }).map(\.events)
      return (
        values: values, views: views.count, visitors: distinct(views.map(\.session)),
        visits: distinct(views.map(\.visit)), bounces: stays.count { $0.count == 1 },
        seconds: stays.reduce(0) { $0 + ($1[$1.count - 1].time - $1[0].time) / 1000 }
      )
    }
    return rows.sorted { a, b in
      if a.views != b.views { return a.views > b.views }
      if a.visitors != b.visitors { return a.visitors > b.visitors }
      return a.values.lexicographicallyPrecedes(b.values, by: precedes)
    }.prefix(500).map { "\($0.values) \($0.views) \($0.visitors) \($0.visits) \($0.bounces) \($0.seconds)" }
  }

  // MARK: Counts

  static func goals(_ events: [ReferenceEvent], _ goals: [(subject: EventMatcher.Subject, pattern: String)])
    -> [String]
  {
    goals.map { goal in "\(events.count { matches($0, goal) })" }
  }

  /// How many there are, and their numbers, ascending.
  static func property(_ events: [ReferenceEvent], event: String, key: String) -> (
    count: Int, numbers: [Int64]
  ) {
    let properties = events.filter { $0.text(.eventName) == event }.flatMap { event in
      event.event.properties.filter { $0.key == key }.prefix(1)
    }
    let numbers = properties.compactMap(\.number)
    return (properties.count, numbers.sorted())
  }

  static func retention(_ events: [ReferenceEvent], _ rules: TimeZoneRules) -> [String] {
    func day(_ event: ReferenceEvent) -> Int64 { rules.day(at: event.time.floorDivided(by: 1000).quotient) }
    let visitors = groups(events, by: \.session).map {
      (first: day($0.events[0]), days: Set($0.events.map(day)))
    }
    let cohorts = Dictionary(grouping: visitors, by: \.first).sorted { $0.key < $1.key }
    return cohorts.flatMap { cohort, visitors in
      (0...31).compactMap { after -> String? in
        let returned = visitors.count { $0.days.contains(cohort + Int64(after)) }
        if returned == 0 { return nil }
        let date = rules.firstInstant(reading: cohort * 86_400) * 1000
        return "\(date) \(after) \(visitors.count) \(returned)"
      }
    }
  }

  static func funnel(
    _ events: [ReferenceEvent], _ steps: [(subject: EventMatcher.Subject, pattern: String)], window: Int64
  ) -> [String] {
    var visitors = steps.map { _ in 0 }
    for (_, events) in groups(events, by: \.session) {
      var reached = events.filter { matches($0, steps[0]) }
      visitors[0] += reached.isEmpty ? 0 : 1
      for (number, step) in steps.enumerated().dropFirst() {
        reached = events.filter { event in
          matches(event, step) && reached.contains { ($0.time...$0.time + window).contains(event.time) }
        }
        visitors[number] += reached.isEmpty ? 0 : 1
      }
    }
    return visitors.map { "\($0)" }
  }

  // MARK: Money

  private static func amount(_ event: ReferenceEvent) -> Int128? {
    var amounts: [Int128] = []
    for property in event.event.properties where property.key.lowercased().contains("revenue") {
      var text = property.string
      if let number = property.number ?? text.withUTF8(parseTenThousandths) { amounts.append(Int128(number)) }
    }
    return amounts.isEmpty ? nil : amounts.reduce(0, +)
  }

  private static func currencies(_ event: ReferenceEvent) -> Set<String> {
    Set(event.event.properties.filter { $0.key.lowercased().contains("currency") }.map(\.string)).subtracting(
      [""])
  }

  static func currencies(_ events: [ReferenceEvent]) -> [String] {
    events.reduce(into: Set()) { $0.formUnion(currencies($1)) }.sorted(by: precedes)
  }

  static func revenue(
    _ events: [ReferenceEvent], currency: String, unit: CalendarUnit, _ rules: TimeZoneRules
  ) -> [String] {
    let paid = events.compactMap { event in amount(event).map { (event: event, amount: $0) } }
    func totals(_ currency: String) -> (sum: Int128, text: String) {
      let paid = paid.filter { currencies($0.event).contains(currency) }
      let sum = paid.reduce(0) { $0 + $1.amount }
      return (sum, "\(sum) \(paid.count) \(distinct(paid.map(\.event.session)))")
    }
    var (chart, countries): ([Int64: [String: Int128]], [String: Int128]) = ([:], [:])
    for (event, amount) in paid where currencies(event).contains(currency) {
      let bucket = rules.bounds(of: unit, containing: event.time).start
      chart[bucket, default: [:]][event.text(.eventName), default: 0] += amount
      countries[event.text(.country), default: 0] += amount
    }
    let all = Set(paid.flatMap { currencies($0.event) }).map { (name: $0, value: totals($0).sum) }
    return chart.sorted { $0.key < $1.key }.flatMap { time, names in
      names.sorted { precedes($0.key, $1.key) }.map { "\(time) \($0.key) \($0.value)" }
    } + countries.map { (name: $0.key, value: $0.value) }.sorted(by: byValue).map { "\($0.name) \($0.value)" }
      + ["total \(totals(currency).text)"]
      + all.sorted(by: byValue).map { "\($0.name) \(totals($0.name).text)" }
  }

  static func attribution(
    _ events: [ReferenceEvent], _ model: AttributionRequest.Model,
    _ step: (subject: EventMatcher.Subject, pattern: String),
    currency: String?
  ) -> [String] {
    let typed = events.filter { matches($0, step) && $0.type == (step.subject == .path ? 1 : 2) }
    let conversions = currency.map { currency in
      events.filter { matches($0, step) && amount($0) != nil && currencies($0).contains(currency) }
    }
    var credits: [[String: Int128]] = Array(repeating: [:], count: 7)
    for (session, conversions) in groups(conversions ?? typed, by: \.session) {
      let own = events.filter { $0.session == session }
      let last = conversions[conversions.count - 1].time
      let instant = model == .firstClick ? own[0].time : own.last { $0.time < last }?.time
      let touches = own.filter { $0.time == instant }
      let value = currency == nil ? 1 : conversions.reduce(0) { $0 + (amount($1) ?? 0) }
      let names: [(ReferenceEvent) -> String] = [
        { currency == nil && $0.text(.referrerDomain) == $0.text(.hostname) ? "" : $0.text(.referrerDomain) },
        { $0.event.paidAd.displayName }, { $0.text(.utmSource) }, { $0.text(.utmMedium) },
        { $0.text(.utmCampaign) },
        { $0.text(.utmContent) }, { $0.text(.utmTerm) },
      ]
      for (list, name) in names.enumerated() {
        for name in Set(touches.map(name)) where currency != nil || !name.isEmpty {
          credits[list][name, default: 0] += value
        }
      }
    }
    return credits.map { credits in
      let sources = credits.map { (name: $0.key, value: $0.value) }.sorted(by: byValue).prefix(20)
      return "\(sources.map { "\($0.name) \($0.value)" })"
    } + ["\(typed.count) \(distinct(typed.map(\.session))) \(distinct(typed.map(\.visit)))"]
  }
}
