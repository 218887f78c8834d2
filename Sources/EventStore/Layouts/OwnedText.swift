import Engine

/// A text whose bytes stand at one place as long as it lives, for rows to point at.
final class OwnedText {
  let bytes: Bytes

  init(_ text: String) {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = copy.initialize(fromContentsOf: text.utf8)
    bytes = Bytes(copy)
  }

  deinit { bytes.deallocate() }
}
