import Engine

/// Finds out, while events pass, which websites there are and what their domains are.
struct WebsiteDiscovery {
  struct Website {
    var firstEventMilliseconds: Int64
    /// The number of events by hostname; the empty one is not counted.
    var hostnames: [String: Int] = [:]

    /// The hostname that most events carry, of several the first by name; nil if none carries one.
    var mainHostname: String? {
      hostnames.max {
        $0.value != $1.value
          ? $0.value < $1.value : $1.key.utf8.lexicographicallyPrecedes($0.key.utf8)
      }?.key
    }
  }

  private(set) var websites: [String: Website] = [:]
  /// The website and the hostname of the events that came last, which mostly are those of the next as well.
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

  /// Takes what was counted last into `websites`.
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
