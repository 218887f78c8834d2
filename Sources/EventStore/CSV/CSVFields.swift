import Engine

/// The fields of one CSV row, reused for every row, so that a row costs no allocation.
///
/// The first `columnCount` slots are the row's fields. Behind them stand slots for fields that a layout
/// makes itself (the parts of a URL, a default); the last one is always empty. A column that a file
/// lacks is then only another slot number.
final class CSVFields {
  let columnCount: Int
  let emptySlot: Int
  private let slots: UnsafeMutableBufferPointer<Bytes>
  /// Text that does not stand in the file as such; valid until the next row.
  private let scratch = ByteArena()

  init(columnCount: Int, derivedCount: Int = 0) {
    self.columnCount = columnCount
    emptySlot = columnCount + derivedCount
    slots = .allocate(capacity: emptySlot + 1)
    slots.initialize(repeating: Bytes(start: nil, count: 0))
  }

  deinit { slots.deallocate() }

  @inline(__always)
  subscript(slot: Int) -> Bytes {
    get {
      // Sound: slot numbers come from a layout that was made for this number of columns.
      assert(slot <= emptySlot)
      return slots.baseAddress.unsafelyUnwrapped[slot]
    }
    set {
      assert(slot < emptySlot)
      slots.baseAddress.unsafelyUnwrapped[slot] = newValue
    }
  }

  /// Forgets what was kept for the row before.
  func beginRow() { scratch.reset() }

  /// Makes the row's own fields empty.
  func clear() { slots[..<columnCount].update(repeating: Bytes(start: nil, count: 0)) }

  /// Room for `capacity` bytes of which `fill` writes some and returns how many; kept until the next row.
  func keep(capacity: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) -> Bytes {
    let start = scratch.allocate(capacity)
    return Bytes(start: start, count: fill(start))
  }

  func keep(_ text: String) -> Bytes { scratch.keep(text) }
}
