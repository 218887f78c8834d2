/// What rows of some sessions said last, since the next of the same session mostly say the same.
///
/// Sessions share entries by their hash; one that comes takes the entry of the one before, with its texts,
/// which are as good a guess as any.
final class SessionMemo {
  private static let entryCount = 1 << 10
  private let entries: UnsafeMutablePointer<Entry>

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

  init() {
    entries = .allocate(capacity: Self.entryCount)
    entries.initialize(repeating: Entry(), count: Self.entryCount)
  }

  deinit { entries.deallocate() }

  /// The entry of `session`, which may be that of another one still.
  @inline(__always)
  func entry(of session: UUIDBits) -> UnsafeMutablePointer<Entry> {
    // Who makes ids that collide here gains nothing but that they are looked up as if there were no memo.
    let hash = (session.high ^ session.low) &* 0x9E37_79B9_7F4A_7C15
    return entries + Int(truncatingIfNeeded: hash >> 54)
  }
}
