import TestSupport

@testable import Engine

/// Events as the naive implementations of the reports see them: a list, in order of time, then arrival.
struct ReferenceStore {
  struct Event {
    let event: TestEvent
    /// With a made up one where the event has none.
    let visit: String
    let arrival: Int

    var session: String { event.session }
    var time: Int64 { start + event.time }
    var type: UInt8 { event.type }
    func text(_ column: TextColumn) -> String { event.texts[column] ?? "" }
  }

  let events: [Event]

  init(_ all: [TestEvent]) {
    let visible = all.enumerated().filter { $1.type != 5 }.sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }
    /// By session: the visit of events without one, and the time of the latest event.
    var derived: [String: (visit: String, time: Int64)] = [:]
    events = visible.map { arrival, event in
      var visit = event.visit
      var known = derived[event.session]
      if visit.isEmpty {
        if known?.visit ?? "" == "" || event.time - (known?.time ?? 0) >= 30 * minute {
          known = ("derived \(arrival)", event.time)
        }
        visit = known?.visit ?? ""
      }
      derived[event.session] = (known?.visit ?? "", event.time)
      return Event(event: event, visit: visit, arrival: arrival)
    }
  }

  /// Those in a range that pass all tests.
  func events(in range: InstantRange, where tests: [(Event) -> Bool]) -> [Event] {
    events.filter { event in range.contains(event.time) && tests.allSatisfy { $0(event) } }
  }
}

/// Small random events: few sessions, instants and texts, so that ties, shared visits and repeated texts are many.
struct RandomEvents {
  var source: SeededGenerator
  /// Milliseconds after `start`.
  private let instants: [Int64]
  private let sessions: Int

  static let paths = ["/", "/a", "/b", "/a/b", "same", ""]
  static let names = ["buy", "sign up", "same", ""]
  static let domains = ["own.com", "a.com", "b.com", ""]
  private static let countries = ["DE", "FR", ""]
  private static let queries = [
    "", "utm_source=a&utm_source=a&utm_x=1", "utm_x=1&utm_source=b", "?utm_source=a", "q=1",
    "utm_medium=b&utm_source=%C3%A4",
  ]

  init(seed: UInt64, sessions: Int, instants count: Int) {
    source = SeededGenerator(seed: seed)
    self.sessions = sessions
    let steps = [1, 999, second, minute, 29 * minute, 30 * minute, day - 1, day, 20 * day, 40 * day]
    var time: Int64 = -45 * day
    var instants: [Int64] = []
    for _ in 0..<count {
      instants.append(time)
      time += steps.randomElement(using: &source) ?? 1
    }
    self.instants = instants
  }

  mutating func events(_ count: Int) -> [TestEvent] { (0..<count).map { _ in event() } }

  /// A range that begins and ends at, before or after events.
  mutating func range() -> (from: Int64, through: Int64) {
    if Int.random(in: 0..<3, using: &source) == 0 { return (-10_000 * day, 10_000 * day) }
    let ends = [pick(instants), pick(instants)].map { $0 + pick([0, 0, 1, -1]) }
    return (min(ends[0], ends[1]), max(ends[0], ends[1]))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &source)]
  }

  private mutating func event() -> TestEvent {
    let session = Int.random(in: 0..<sessions, using: &source)
    let visits = [
      "", "own \(session) 1", "own \(session) 2", "shared 1", "shared 2", "shared \(session / 2)",
    ]
    let type = pick([1, 1, 1, 1, 2, 2, 3, 4, 5] as [UInt8])
    let texts: [TextColumn: String] = [
      .urlPath: pick(Self.paths),
      .eventName: type == 2 || pick([true, false, false]) ? pick(Self.names) : "",
      .urlQuery: pick(Self.queries), .country: pick(Self.countries),
      .hostname: pick(["own.com", "b.com", ""]),
      .referrerDomain: pick(Self.domains), .utmSource: pick(["", "a", "b"]),
      .utmTerm: pick(["", "x", "y", "z"]),
      .browser: pick(["chrome", "firefox"]), .city: pick(["Köln", "Paris", ""]),
    ]
    return TestEvent(
      session: "session \(session)", visit: pick(visits), time: pick(instants), type: type,
      texts: texts.filter { !$1.isEmpty }, paidAd: pick([.none, .none, .google, .meta]),
      properties: pick([true, false, false]) ? properties() : [], id: "", website: "w")
  }

  private mutating func properties() -> [TestProperty] {
    let all: [TestProperty] = [
      .number("revenue", pick([1, 25_000, -7, .max])), .text("my Revenue", pick(["1.5", "x", ""])),
      .text("currency", pick(["EUR", "USD", ""])), .text("Currency 2", pick(["EUR", "USD"])),
      .number("size", pick([3, 40])),
    ]
    return all.filter { _ in Bool.random(using: &source) }
  }
}
