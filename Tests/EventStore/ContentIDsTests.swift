import Engine
import System
import Testing

@testable import EventStore

struct ContentIDsTests {
  private func hash(_ texts: String...) -> ContentHash {
    var hash = ContentHash()
    for text in texts { Array(text.utf8).withUnsafeBufferPointer { hash.combine($0) } }
    return hash
  }

  @Test func `ids are the same for all time`() {
    var ids = ContentIDs()
    #expect(ids.next(hash("a", "bc")) == "796db377-191a-8a2a-ac31-c09e98a63de2")
  }

  @Test func `equal rows get ids by their turn`() {
    var first = ContentIDs()
    var second = ContentIDs()
    let row = hash("a")
    let ids = [first.next(row), first.next(row), first.next(hash("b"))]
    #expect(Set(ids).count == 3)
    #expect([second.next(row), second.next(row), second.next(hash("b"))] == ids)
  }

  @Test func `where a field ends counts`() {
    #expect(hash("a", "bc").value != hash("ab", "c").value)
    #expect(hash("", "a").value != hash("a", "").value)
  }

  @Test func `ids are UUIDs of version 8`() throws {
    for seed in 0..<100 {
      let id = try #require(UUIDBits(hash(String(seed)).uuid))
      #expect(id.high >> 12 & 15 == 8)
      #expect(id.low >> 62 == 2)
    }
  }
}
