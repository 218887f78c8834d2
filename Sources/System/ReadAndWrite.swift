/// Fills a buffer from a descriptor, in as many reads as needed. Returns the number of bytes read, which is
/// less than the buffer's size only at the end of the file; nil on an error in `errno`.
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

/// Writes a whole buffer to a descriptor, in as many writes as needed. Returns whether it succeeded; if not,
/// the error is in `errno`.
public func writeAll(_ descriptor: CInt, _ buffer: UnsafeRawBufferPointer) -> Bool {
  var written = 0
  while written < buffer.count {
    // Sound: the address and the count are those of the rest of the buffer.
    let count = systemWrite(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
    if count < 0 && errno == EINTR { continue }
    // If the system accepts no bytes, retrying would never end.
    if count <= 0 { return false }
    written += count
  }
  return true
}

/// Writes a whole array to a descriptor.
public func writeAll(_ descriptor: CInt, _ bytes: [UInt8]) -> Bool {
  bytes.withUnsafeBytes { writeAll(descriptor, $0) }
}
