import Foundation
import JSON
import Testing

/// The public JSONTestSuite, where `JSON_TEST_SUITE` names its `test_parsing` folder or the checkout
/// around it. A file's name says what must come of it: `y_` is read, `n_` is refused, `i_` is free.
struct PublicSuiteTests {
  private static let folder = ProcessInfo.processInfo.environment["JSON_TEST_SUITE"]

  @Test(.enabled(if: folder != nil, "JSON_TEST_SUITE names no folder"))
  func `the public suite`() throws {
    var root = URL(fileURLWithPath: try #require(Self.folder))
    let inner = root.appending(path: "test_parsing")
    if FileManager.default.fileExists(atPath: inner.path) { root = inner }

    var counts: [Character: Int] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
      guard name.hasSuffix(".json"), let kind = name.first else { continue }
      let bytes = [UInt8](try Data(contentsOf: root.appending(path: name)))
      counts[kind, default: 0] += 1
      do {
        let value = try JSONValue(parsing: bytes)
        #expect(kind != "n", "\(name) is read")
        #expect(try JSONValue(parsing: value.serialized()) == value, "\(name) is not written as it was")
      } catch {
        #expect(kind != "y", "\(name): \(error)")
        #expect(0...bytes.count ~= error.offset, "\(name): \(error)")
      }
    }
    print("JSONTestSuite: \(counts.sorted { $0.key < $1.key })")
    #expect(counts["y", default: 0] > 0 && counts["n", default: 0] > 0, "no cases in \(root.path)")
  }
}
