import Engine

/// Memory that is handed out piece by piece and taken back all at once.
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
    used = 0
    guard !outgrown.isEmpty else { return }
    outgrown.forEach { $0.deallocate() }
    outgrown = []
  }
}
