import Foundation
import Synchronization

/// A text in the checkout that a test computes from the product, so that it cannot go stale.
///
/// With `FOOTFALL_UPDATE=1` in the environment, the test run writes the text instead of comparing it.
public enum GeneratedFile {
  public static let isUpdating = ProcessInfo.processInfo.environment["FOOTFALL_UPDATE"] == "1"

  /// Held from reading a file to writing it: several tests compute parts of one page.
  private static let turn = Mutex(())

  /// Compares a file with what `change` makes of its text, or writes that.
  /// - Parameter path: Relative to the checkout.
  /// - Returns: The first line that differs, nil if there is none.
  public static func difference(_ path: String, _ change: (String) throws -> String) throws -> String? {
    try turn.withLock { _ in
      let url = BuiltBinary.checkout.appendingPathComponent(path)
      let found = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      let wanted = try change(found)
      guard found != wanted else { return nil }
      if isUpdating {
        try wanted.write(to: url, atomically: true, encoding: .utf8)
        return nil
      }
      let (old, new) = (found.components(separatedBy: "\n"), wanted.components(separatedBy: "\n"))
      let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      let index = line ?? min(old.count, new.count)
      return """
        \(path):\(index + 1) is \(index < old.count ? old[index] : "missing"), must be \
        \(index < new.count ? new[index] : "absent"); FOOTFALL_UPDATE=1 swift test --filter EndToEndTests rewrites it
        """
    }
  }

  /// The same for the lines of a page between `<!-- NAME -->` and `<!-- /NAME -->`.
  public static func difference(_ path: String, section name: String, _ wanted: String) throws -> String? {
    try difference(path) { text in
      guard let start = text.range(of: "<!-- \(name) -->\n"), let end = text.range(of: "<!-- /\(name) -->")
      else { throw NoSection(name: name) }
      return text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: wanted)
    }
  }

  private struct NoSection: Error { let name: String }
}
