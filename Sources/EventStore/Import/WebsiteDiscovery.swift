import Engine

/// Collects the websites and their domains from a stream of events.
struct WebsiteDiscovery {
  struct Website {
    var firstEventMilliseconds: Int64
    /// The number of events by hostname, without events that have none.
    var hostnames: [String: Int] = [:]

    /// The hostname of most events; if several have the same count, the first by name; nil if no event has
    /// one.
    var mainHostname: String? {
      hostnames.max {
        $0.value != $1.value
          ? $0.value < $1.value : $1.key.utf8.lexicographicallyPrecedes($0.key.utf8)
      }?.key
    }
  }

  private(set) var websites: [String: Website] = [:]
  /// The website and the hostname of the previous events, which usually are those of the next event too.
  private var websiteID: [UInt8] = []
  private var hostname: [UInt8] = []
  private var count = 0
  private var firstMilliseconds = Int64.max

  mutating func add(_ event: EventRow) {
    if count == 0 || !websiteID.elementsEqual(event.websiteID) || !hostname.elementsEqual(event[.hostname]) {
      flush()
      websiteID = Array(event.websiteID)
      hostname = Array(event[.hostname])
    }
    count += 1
    firstMilliseconds = min(firstMilliseconds, event.createdAtMilliseconds)
  }

  /// Adds the current counts to `websites`.
  mutating func flush() {
    guard count > 0 else { return }
    let id = String(decoding: websiteID, as: UTF8.self)
    var website = websites[id] ?? Website(firstEventMilliseconds: firstMilliseconds)
    website.firstEventMilliseconds = min(website.firstEventMilliseconds, firstMilliseconds)
    if !hostname.isEmpty { website.hostnames[String(decoding: hostname, as: UTF8.self), default: 0] += count }
    websites[id] = website
    count = 0
    firstMilliseconds = .max
  }
}
