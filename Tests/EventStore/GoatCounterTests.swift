import Testing

@testable import EventStore

struct GoatCounterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `GoatCounter's export loads as it is`() throws {
    let text = """
      2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,Screen size,Location,FirstVisit,Date
      /a?x=1,A,false,,Chrome 120,Windows 10,s1,0,news.example/item?id=1,h,"1920,1080,1",KR-11,true,2026-03-10T09:30:00Z
      signup,,true,,Firefox 119,Linux,s1,0,Google,g,,DE,false,2026-03-10T09:31:00Z
      b,B,false,,,,s2,3,,,,,true,2026-03-10T09:32:00Z
      /c,C,false,,,,,0,,,,,true,2026-03-10T09:33:00Z

      """
    let path = try folder.write("goat.csv", text)
    let seen = try SeenRows(csv: [path])
    #expect(
      seen.diagnostics == [
        "\(path): left out 1 row without a session", "\(path): left out 1 row of bots",
      ])
    #expect(seen.events.map(\.type) == [1, 2])
    #expect(seen.events.map(\.sessionID) == ["s1", "s1"])
    #expect(
      seen.events.map(\.texts) == [
        [
          "url_path": "/a", "url_query": "x=1", "page_title": "A", "browser": "Chrome 120",
          "os": "Windows 10",
          "screen": "1920x1080", "country": "KR", "region": "KR-11", "referrer_domain": "news.example",
        ],
        [
          "event_name": "signup", "browser": "Firefox 119", "os": "Linux", "country": "DE",
          "referrer_domain": "Google",
        ],
      ])
  }
}
