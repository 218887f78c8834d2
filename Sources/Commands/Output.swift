import EventStore
import Reporting
import System

/// Writes `text` to stdout. A reader that has closed the pipe is not an error.
func writeStandardOutput(_ text: String) throws(CommandError) {
  let code = write(text, to: STDOUT_FILENO)
  if code != 0, code != EPIPE { throw .output(reason: String(cString: strerror(code))) }
}

/// Writes a diagnostic line to stderr, after the command's name.
func diagnose(_ line: String) { writeStandardError(diagnosis(line)) }

/// A line as ``diagnose(_:)`` writes it. It may quote names and values of any file, so it is made safe for a terminal here.
func diagnosis(_ line: String) -> String { "footfall: \(displayable(line))\n" }

/// Writes `text` to stderr unchanged. A failure is ignored, because it cannot be reported anywhere, and the
/// write does not wait for a reader.
func writeStandardError(_ text: String) { _ = write(text, to: STDERR_FILENO, waits: false) }

/// Writes a file beside `path` and gives it that name when it is complete, so that a reader sees the old file or the new one.
func replaceFile(_ path: String, with text: String) throws(StoreError) {
  func failure(_ operation: String) -> StoreError {
    .inputOutput(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
  var status = stat()
  if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
    throw .usage("\(path) is not a file; name a new one, or one to replace")
  }
  let unfinished = "\(path).unfinished-\(getpid())"
  // Left behind by a killed process that had the same number.
  unlink(unfinished)
  let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw failure("write") }
  let code = write(text, to: descriptor)
  close(descriptor)
  guard code == 0 else {
    unlink(unfinished)
    throw .inputOutput(path: path, operation: "write", reason: String(cString: strerror(code)))
  }
  guard rename(unfinished, path) == 0 else {
    let error = failure("rename")
    unlink(unfinished)
    throw error
  }
}

/// Writes all of `text`; returns 0, or the `errno` of the failure.
///
/// - Parameter waits: Whether to wait if a non-blocking descriptor is not ready.
private func write(_ text: String, to descriptor: Int32, waits: Bool = true) -> Int32 {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = write(descriptor, base, rest.count)
      if written >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } else if errno == EAGAIN, waits {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&watched, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
