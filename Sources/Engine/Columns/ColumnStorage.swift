/// The memory that columns stand in, freed when the last of them is gone. Aligned to cache lines.
///
/// It is filled by whoever makes it and never written afterwards, which is why it may be shared
/// between threads.
final class ColumnStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }

  deinit { base.deallocate() }
}
