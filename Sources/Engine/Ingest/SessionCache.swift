/// Caches the latest values of some sessions, because the next row of a session mostly repeats them.
///
/// Sessions share entries by their hash. A new session takes over the entry of the previous one, with its
/// texts, which are as good a guess as any. The cache grows with the page of rows, because a store may have
/// many websites.
final class SessionCache {
  private static let (firstBits, maximumBits, growth): (UInt64, UInt64, UInt64) = (1, 10, 3)
  private var entries: UnsafeMutablePointer<Entry>
  private var bits = firstBits

  struct Entry {
    var session = IdentifierBits.none
    var sessionNumber: UInt32 = 0
    /// `none` if the row had no visit id.
    var visit = IdentifierBits.none
    /// Number + 1, or 0 for none.
    var visitCode: UInt32 = 0
    /// By `TextColumn`: the code of the last text that was not empty.
    var texts = InlineArray<21, UInt32>(repeating: 0)
  }

  init() { entries = Self.entries(1 << Self.firstBits) }

  deinit { entries.deallocate() }

  /// Makes room for more sessions, and clears the cache.
  func grow() {
    guard bits < Self.maximumBits else { return }
    bits = min(bits + Self.growth, Self.maximumBits)
    entries.deallocate()
    entries = Self.entries(1 << bits)
  }

  private static func entries(_ count: Int) -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    entries.initialize(repeating: Entry(), count: count)
    return entries
  }

  /// Returns the entry for `session`, which may still hold the values of another session.
  @inline(__always)
  func entry(of session: IdentifierBits) -> UnsafeMutablePointer<Entry> {
    // Visitors can choose ids that collide here; that only makes the lookups as slow as without a cache.
    let hash = (session.high ^ session.low) &* 0x9E37_79B9_7F4A_7C15
    return entries + Int(truncatingIfNeeded: hash >> (64 &- bits))
  }
}
