// SIMD within a register: eight bytes as one little-endian word.

/// Returns the eight bytes at `start`, which may be unaligned.
@inlinable @inline(__always)
public func loadWord(_ start: UnsafePointer<UInt8>) -> UInt64 {
  UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
}

/// Returns the four bytes at `start`, which may be unaligned.
@inlinable @inline(__always)
public func loadHalfWord(_ start: UnsafePointer<UInt8>) -> UInt64 {
  UInt64(UInt32(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)))
}

/// Returns `byte`, eight times.
@inlinable @inline(__always)
public func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
