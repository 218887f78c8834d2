import Engine
import System

/// What the text of a user agent says of the client, in the spellings of Umami's columns.
struct UserAgent {
  let browser: Bytes
  let os: Bytes
  let device: Bytes
  let isBot: Bool

  init(_ agent: Bytes) {
    browser = Self.first(Self.browsers, in: agent)
    os = Self.first(Self.systems, in: agent)
    device = Self.first(Self.devices, in: agent)
    isBot = Self.isBot(agent)
  }

  /// Whether the client is a program: it says so, or it says nothing.
  private static func isBot(_ agent: Bytes) -> Bool {
    if agent.isEmpty || isText(agent, "-") { return true }
    return bots.contains { contains(agent, $0, ignoringCase: true) }
  }

  /// A word in the agent and the value that it means. The first that is found counts: others name the browsers
  /// and systems that they are compatible with.
  private struct Rule: Sendable {
    let words: [[UInt8]]
    let value: StaticString

    init(_ value: StaticString, _ words: String...) {
      self.words = words.map { Array($0.utf8) }
      self.value = value
    }
  }

  private static func first(_ rules: [Rule], in agent: Bytes) -> Bytes {
    for rule in rules where rule.words.allSatisfy({ contains(agent, $0, ignoringCase: false) }) {
      // Sound: a literal lives as long as the process.
      return Bytes(start: rule.value.utf8Start, count: rule.value.utf8CodeUnitCount)
    }
    return Bytes(start: nil, count: 0)
  }

  private static let browsers = [
    Rule("edge-ios", "EdgiOS/"), Rule("edge-chromium", "Edg/"), Rule("edge-chromium", "EdgA/"),
    Rule("edge", "Edge/"),
    Rule("opera", "OPR/"), Rule("opera", "Opera"), Rule("samsung", "SamsungBrowser/"),
    Rule("yandexbrowser", "YaBrowser/"),
    Rule("facebook", "FBAN/"), Rule("instagram", "Instagram"), Rule("fxios", "FxiOS/"),
    Rule("firefox", "Firefox/"),
    Rule("crios", "CriOS/"), Rule("chromium-webview", "; wv)", "Chrome/"), Rule("chrome", "Chrome/"),
    Rule("chrome", "Chromium/"), Rule("ios", "iPhone", "Version/"), Rule("ios", "iPad", "Version/"),
    Rule("safari", "Version/", "Safari/"), Rule("ios-webview", "iPhone", "AppleWebKit"),
    Rule("ie", "Trident/"), Rule("ie", "MSIE "),
  ]

  private static let systems = [
    Rule("iOS", "iPhone"), Rule("iOS", "iPad"), Rule("iOS", "iPod"), Rule("Android OS", "Android"),
    Rule("Windows 10", "Windows NT 10.0"), Rule("Windows 8.1", "Windows NT 6.3"),
    Rule("Windows 8", "Windows NT 6.2"),
    Rule("Windows 7", "Windows NT 6.1"), Rule("Windows Vista", "Windows NT 6.0"),
    Rule("Windows XP", "Windows NT 5.1"),
    Rule("Mac OS", "Mac OS X"), Rule("Mac OS", "Macintosh"), Rule("Chrome OS", "CrOS"),
    Rule("Linux", "Linux"),
    Rule("Linux", "X11"), Rule("Open BSD", "OpenBSD"),
  ]

  private static let devices = [
    Rule("tablet", "iPad"), Rule("tablet", "Tablet"), Rule("mobile", "iPhone"), Rule("mobile", "iPod"),
    Rule("mobile", "Mobile"), Rule("tablet", "Android"), Rule("desktop", "Windows"),
    Rule("desktop", "Macintosh"),
    Rule("desktop", "X11"), Rule("desktop", "Linux"), Rule("desktop", "CrOS"),
  ]

  /// In lowercase.
  private static let bots = [
    "bot", "crawl", "spider", "slurp", "curl/", "wget", "python", "headless", "go-http-client", "java/",
    "libwww",
    "okhttp", "http-client", "httpclient", "axios", "node-fetch", "scrapy", "facebookexternalhit", "preview",
    "monitor", "pingdom", "uptime", "lighthouse", "phantomjs", "puppeteer", "playwright", "feed", "perl",
    "ruby",
    "php/", "zgrab", "nmap", "masscan", "postman",
  ].map { Array($0.utf8) }
}

/// Whether `text` contains `word`, which is in lowercase if case is ignored.
private func contains(_ text: Bytes, _ word: [UInt8], ignoringCase: Bool) -> Bool {
  guard text.count >= word.count, let first = word.first else { return false }
  for start in 0...text.count - word.count {
    var byte = text[start]
    if ignoringCase, byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
    guard byte == first else { continue }
    let matches = word.indices.allSatisfy { index in
      var byte = text[start + index]
      if ignoringCase, byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
      return byte == word[index]
    }
    if matches { return true }
  }
  return false
}

/// The clients of the latest agents: most rows repeat one.
final class UserAgentCache {
  /// The texts, which are copied, because those of a row need not last.
  private var entries: [(agent: [UInt8], client: UserAgent)?] = Array(repeating: nil, count: 1 << bits)
  private static let bits = 10

  func client(_ agent: Bytes) -> UserAgent {
    let index = Self.index(agent)
    if let client = known(agent, at: index) { return client }
    let client = UserAgent(agent)
    entries[index] = (Array(agent), client)
    return client
  }

  private func known(_ agent: Bytes, at index: Int) -> UserAgent? {
    guard let entry = entries[index] else { return nil }
    return entry.agent.withUnsafeBufferPointer { sameBytes($0, agent) } ? entry.client : nil
  }

  /// Collisions, which clients can choose, only make a lookup as slow as without a cache.
  private static func index(_ agent: Bytes) -> Int {
    var hash = UInt64(agent.count)
    func add(_ word: UInt64) { hash = (hash ^ word ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15 }
    var offset = 0
    // Sound: every word that is read ends before the agent does.
    if let start = agent.baseAddress {
      while offset + 8 <= agent.count {
        add(loadWord(start + offset))
        offset += 8
      }
    }
    for byte in agent[offset...] { add(UInt64(byte)) }
    return Int(truncatingIfNeeded: hash >> UInt64(64 - bits))
  }
}
