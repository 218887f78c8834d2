#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes `text` to the standard output. A reader that went away is none of our business.
func standardOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

/// Writes a line for people to the standard error, under the command's name.
func diagnose(_ line: String) { standardError(diagnosis(line)) }

/// A line as ``diagnose(_:)`` writes it.
func diagnosis(_ line: String) -> String { "footfall: \(line)\n" }

/// Writes `text` to the standard error as it is.
func standardError(_ text: String) { write(text, to: STDERR_FILENO) }

private func write(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = write(descriptor, base, rest.count)
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
