/// What rows of some sessions said last, since the next of the same session mostly say the same.
///
/// Sessions share entries by their hash; one that comes takes the entry of the one before, with its texts,
/// which are as good a guess as any. It grows with the page of the rows, since a store may have many websites.
final class SessionCache {
  private static let (firstBits, mostBits, growth): (UInt64, UInt64, UInt64) = (1, 10, 3)
  private var entries: UnsafeMutablePointer<Entry>
  private var bits = firstBits

  struct Entry {
    var session = UUIDBits.none
    var sessionNumber: UInt32 = 0
    /// `none` where the row had none.
    var visit = UUIDBits.none
    /// Number + 1, and 0 for none.
    var visitCode: UInt32 = 0
    /// By `TextColumn`: the code of the last text that was not empty.
    var texts = InlineArray<21, UInt32>(repeating: 0)
  }

  init() { entries = Self.entries(1 << Self.firstBits) }

  deinit { entries.deallocate() }

  /// Makes room for more sessions, and forgets those that it knows.
  func grow() {
    guard bits < Self.mostBits else { return }
    bits = min(bits + Self.growth, Self.mostBits)
    entries.deallocate()
    entries = Self.entries(1 << bits)
  }

  private static func entries(_ count: Int) -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    entries.initialize(repeating: Entry(), count: count)
    return entries
  }

  /// The entry of `session`, which may be that of another one still.
  @inline(__always)
  func entry(of session: UUIDBits) -> UnsafeMutablePointer<Entry> {
    // Who makes ids that collide here gains nothing but that they are looked up as if there were no memo.
    let hash = (session.high ^ session.low) &* 0x9E37_79B9_7F4A_7C15
    return entries + Int(truncatingIfNeeded: hash >> (64 &- bits))
  }
}
