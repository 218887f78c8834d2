// Flags as bytes, which loops combine without branches, many at once.

extension [Bool] {
  /// The flags as bytes: 1 for each that is set, else 0.
  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { _overrideLifetime(Span<UInt8>(_bytes: span.bytes), borrowing: self) }
  }

  /// Lets `body` change the flags as bytes. It may write only 1 and 0.
  mutating func withMutableBytes(_ body: (inout MutableSpan<UInt8>) -> Void) {
    withUnsafeMutableBufferPointer { flags in
      // Sound: a Bool is one byte that is 0 or 1.
      flags.withMemoryRebound(to: UInt8.self) { bytes in
        var span = bytes.mutableSpan
        body(&span)
      }
    }
  }
}

/// Calls `body` with the index of each of the first `count` of `flags` that is 1; the others must be 0. Eight
/// zeros are skipped at once.
@inline(__always)
func forEachSet(_ flags: Span<UInt8>, _ count: Int, _ body: (Int) -> Void) {
  precondition(count <= flags.count)
  var start = 0
  while start < count {
    var word = littleEndianWord(flags.bytes, from: start, to: count)
    while word != 0 {
      body(start + word.trailingZeroBitCount / 8)
      word &= word - 1
    }
    start += 8
  }
}

/// Whether any of the first `count` of `flags` is not 0.
func hasSet(_ flags: Span<UInt8>, _ count: Int) -> Bool {
  precondition(count <= flags.count)
  var allBits: UInt8 = 0
  var row = 0
  while row < count {
    allBits |= flags[unchecked: row]
    row &+= 1
  }
  return allBits != 0
}

/// Returns the number of the first `count` of `flags` that are 1; the others must be 0.
func countSet(_ flags: Span<UInt8>, _ count: Int) -> Int {
  precondition(count <= flags.count)
  var total = 0
  var row = 0
  while row < count {
    total &+= Int(flags[unchecked: row])
    row &+= 1
  }
  return total
}

/// Clears each of the first `count` of `bits` whose flag is not set.
func clear<Bits: FixedWidthInteger & BitwiseCopyable>(
  _ bits: inout [Bits], _ count: Int, unless flags: [Bool]
) {
  let flags = flags.bytes
  var bits = bits.mutableSpan
  precondition(count <= flags.count && count <= bits.count)
  var row = 0
  while row < count {
    bits[unchecked: row] &= 0 &- Bits(truncatingIfNeeded: flags[unchecked: row])
    row &+= 1
  }
}
