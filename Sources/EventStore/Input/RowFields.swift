import Engine
import System

/// The fields of one row of a file or table, reused for every row, so that a row costs no allocation.
///
/// The first `columnCount` slots contain the row's fields. The slots after them contain fields that a layout
/// computes (the parts of a URL, a default); the last slot is always empty. Thus a column that is missing
/// from a file is just another slot number.
final class RowFields {
  let columnCount: Int
  let emptySlot: Int
  private let slots: UnsafeMutableBufferPointer<Bytes>
  /// The row's properties, if its syntax has rows with properties.
  private(set) var properties: [RowProperty] = []
  /// Whether properties were added to the row. A flag, because most rows have none, and reading it costs less than
  /// an access to the array.
  private(set) var hasProperties = false
  /// The text of which the id of an event without an id is made, if its columns differ from process to process;
  /// otherwise empty.
  var identity = Bytes(start: nil, count: 0)
  /// A field that the scanner has read as a time by the standard rules; nil if it has read none.
  var knownTime: (text: Bytes, milliseconds: Int64)?
  /// Text that is not in the file in this form; valid until the next row.
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
      // Sound: slot numbers come from a layout that was created for this number of columns.
      assert(slot <= emptySlot)
      return slots.baseAddress.unsafelyUnwrapped[slot]
    }
    set {
      assert(slot < emptySlot)
      slots.baseAddress.unsafelyUnwrapped[slot] = newValue
    }
  }

  /// Discards the text of the previous row.
  func beginRow() {
    scratch.reset()
    knownTime = nil
    if hasProperties {
      properties.removeAll(keepingCapacity: true)
      hasProperties = false
    }
  }

  func add(_ property: RowProperty) {
    properties.append(property)
    hasProperties = true
  }

  /// Replaces the row's properties by what `change` makes of them.
  func changeProperties(_ change: (inout [RowProperty]) -> Void) {
    change(&properties)
    hasProperties = !properties.isEmpty
  }

  /// Clears the fields that a layout computes, which have the values of the row before.
  func clearComputed() { slots[columnCount...].update(repeating: Bytes(start: nil, count: 0)) }

  /// Clears the row's own fields.
  func clear() { slots[..<columnCount].update(repeating: Bytes(start: nil, count: 0)) }

  /// Allocates `capacity` bytes, which `fill` writes; it returns how many it has used. They are valid until
  /// the next row.
  func keep(capacity: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) -> Bytes {
    let start = scratch.allocate(capacity)
    return Bytes(start: start, count: fill(start))
  }

  /// Two texts, and the byte `separator` between them, as one text.
  func keep(_ first: Bytes, _ second: Bytes, separator: UInt8? = nil) -> Bytes {
    let secondStart = first.count + (separator == nil ? 0 : 1)
    return keep(capacity: secondStart + second.count) { target in
      copy(first, to: target)
      if let separator { target[first.count] = separator }
      copy(second, to: target + secondStart)
      return secondStart + second.count
    }
  }

  /// A copy of `text` in which ASCII capitals are lowercase.
  func keep(lowercased text: Bytes) -> Bytes {
    keep(capacity: text.count) { target in
      for (index, byte) in text.enumerated() { target[index] = lowercased(byte) }
      return text.count
    }
  }

  func keep(_ text: String) -> Bytes { scratch.keep(text) }

  /// The text of a UUID.
  func keep(_ uuid: UUIDBits) -> Bytes {
    keep(capacity: UUIDBits.textLength) { target in
      uuid.write(to: target)
      return UUIDBits.textLength
    }
  }
}

/// Writes `text` to `target`, which has room for it.
@inline(__always)
func copy(_ text: Bytes, to target: UnsafeMutablePointer<UInt8>) {
  if let start = text.baseAddress { target.update(from: start, count: text.count) }
}
