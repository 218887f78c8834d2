/// Fills a buffer from a descriptor, whatever the system reads at a time. Returns the number of bytes read, which is less
/// than the buffer's only at the end; nil if reading failed, for the reason in `errno`.
public func readAll(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
  var filled = 0
  while filled < buffer.count {
    // Sound: the address and the count are those of the rest of the buffer.
    let got = systemRead(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
    if got < 0 && errno == EINTR { continue }
    if got < 0 { return nil }
    if got == 0 { break }
    filled += got
  }
  return filled
}

/// Writes all of a buffer to a descriptor, whatever the system takes at a time. Returns whether it could; if not, `errno`
/// says why.
public func writeAll(_ descriptor: CInt, _ buffer: UnsafeRawBufferPointer) -> Bool {
  var written = 0
  while written < buffer.count {
    // Sound: the address and the count are those of the rest of the buffer.
    let count = systemWrite(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
    if count < 0 && errno == EINTR { continue }
    // A system that takes nothing would be asked for ever.
    if count <= 0 { return false }
    written += count
  }
  return true
}

/// The same, of an array.
public func writeAll(_ descriptor: CInt, _ bytes: [UInt8]) -> Bool {
  bytes.withUnsafeBytes { writeAll(descriptor, $0) }
}
