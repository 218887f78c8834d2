import System

/// Returns whether two strings have the same scalars. `==` would treat canonically equivalent ones as equal.
@inlinable
public func sameScalars(_ a: String, _ b: String) -> Bool {
  // Sound: a string is two words without padding. Equal words mean equal texts: they contain a short text,
  // and point to any other.
  let (wordsOfA, wordsOfB) = (
    unsafeBitCast(a, to: (UInt64, UInt64).self), unsafeBitCast(b, to: (UInt64, UInt64).self)
  )
  if wordsOfA == wordsOfB { return true }
  // Both words of a short text are the text itself, its count and its kind, so that other words are another text.
  let isShort: UInt64 = 1 << 61
  if wordsOfA.1 & wordsOfB.1 & isShort != 0 { return false }
  return a.utf8.count == b.utf8.count && sameBytes(a, b)
}

/// Returns whether two strings with equal byte counts have the same bytes.
@usableFromInline
func sameBytes(_ a: String, _ b: String) -> Bool {
  let same = a.utf8.withContiguousStorageIfAvailable { a in
    b.utf8.withContiguousStorageIfAvailable { b -> Bool in
      guard let first = a.baseAddress, let second = b.baseAddress else { return true }
      // Sound: both buffers have the same number of bytes, and the caller holds their strings.
      return memcmp(first, second, a.count) == 0
    }
  }
  // Only a string bridged from elsewhere has no contiguous bytes.
  return (same ?? nil) ?? a.utf8.elementsEqual(b.utf8)
}

/// A string as a key that is compared by its scalars, as JSON compares names.
public struct ScalarKey: Hashable, Sendable {
  /// The string, unchanged.
  public let text: String

  public init(_ text: String) { self.text = text }

  public static func == (a: ScalarKey, b: ScalarKey) -> Bool { sameScalars(a.text, b.text) }

  public func hash(into hasher: inout Hasher) { hasher.combine(scalarsOf: text) }
}

extension Hasher {
  /// Hashes the bytes of a string, so that strings that `sameScalars` distinguishes may have different
  /// hashes.
  public mutating func combine(scalarsOf text: String) {
    text.utf8.span.withUnsafeBytes { combine(bytes: $0) }
    combine(text.utf8.count)
  }
}
