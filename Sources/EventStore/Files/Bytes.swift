import Engine

/// An arena: memory that is allocated in pieces and freed all at once.
final class ByteArena {
  private var block: UnsafeMutableBufferPointer<UInt8>
  private var used = 0
  /// Blocks that became too small; their pieces are in use until the next reset.
  private var outgrown: [UnsafeMutableBufferPointer<UInt8>] = []

  init() { block = .allocate(capacity: 4096) }

  deinit {
    reset()
    block.deallocate()
  }

  /// `count` bytes, uninitialized, valid until the next reset.
  func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if used + count > block.count {
      outgrown.append(block)
      block = .allocate(capacity: max(block.count * 2, count))
      used = 0
    }
    defer { used += count }
    // Sound: a block is never empty, and `used + count` stays within it.
    return block.baseAddress.unsafelyUnwrapped + used
  }

  /// A copy of `text`, valid until the next reset.
  func keep(_ text: String) -> Bytes {
    var text = text
    return text.withUTF8 { utf8 in
      let copy = UnsafeMutableBufferPointer(start: allocate(utf8.count), count: utf8.count)
      _ = copy.update(fromContentsOf: utf8)
      return Bytes(copy)
    }
  }

  func reset() {
    // Nothing was allocated, as for most rows.
    guard used > 0 else { return }
    used = 0
    guard !outgrown.isEmpty else { return }
    outgrown.forEach { $0.deallocate() }
    outgrown = []
  }
}

/// Whether two ids have the same bytes.
func sameUTF8(_ a: String, _ b: String) -> Bool {
  guard a.utf8.count == b.utf8.count else { return false }
  // Comparing the bytes in place takes a fraction of the time that the views' iterators take.
  return a.utf8.span.withUnsafeBufferPointer { a in
    b.utf8.span.withUnsafeBufferPointer { b in a.elementsEqual(b) }
  }
}

/// Whether `text` is an ASCII literal.
@inline(__always)
func isText(_ text: Bytes, _ literal: StaticString) -> Bool {
  // Sound: a literal lives as long as the process.
  sameBytes(text, Bytes(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
}

/// The lowercase letter of an ASCII capital; any other byte as it is.
@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
  byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
