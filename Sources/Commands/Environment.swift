import System

/// Milliseconds since 1970.
@Sendable func currentMilliseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}

/// Nanoseconds of a monotonic clock.
@Sendable func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// A random UUID (RFC 9562, version 4) in lowercase.
@Sendable public func randomUUID() -> String {
  UUIDBits(version: 4, high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max)).text
}

/// The directories to search for time zones: `TZDIR`, if it is set, then the usual system directories.
func zoneDirectories() -> [String] {
  let usual = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"]
  guard let directory = environmentVariable("TZDIR") else { return usual }
  return [directory] + usual
}

/// Our directory in the user's cache directory (XDG Base Directory Specification; on macOS `Library/Caches`);
/// nil if the home directory is unknown.
func userCacheFolder() -> String? {
  // The specification requires that a relative path is ignored.
  if let folder = environmentVariable("XDG_CACHE_HOME"), folder.utf8.first == UInt8(ascii: "/") {
    return "\(folder)/footfall"
  }
  guard let home = environmentVariable("HOME"), home.utf8.first == UInt8(ascii: "/") else { return nil }
  #if os(macOS)
    return "\(home)/Library/Caches/footfall"
  #else
    return "\(home)/.cache/footfall"
  #endif
}

/// The folder of temporary files: `TMPDIR`, if it is set (POSIX).
func temporaryFolder() -> String {
  guard let folder = environmentVariable("TMPDIR"), !folder.isEmpty else { return "/tmp" }
  return folder
}

func standardOutputIsTerminal() -> Bool { isatty(STDOUT_FILENO) == 1 }

/// Whether to use colors: on a terminal that supports them, unless `NO_COLOR` (no-color.org) is set.
func standardOutputHasColors() -> Bool {
  standardOutputIsTerminal() && (environmentVariable("NO_COLOR") ?? "").isEmpty
    && environmentVariable("TERM") != "dumb"
}

/// The columns of a line on stdout: those of the terminal, the value of `COLUMNS`, or 80.
func standardOutputWidth() -> Int {
  var size = winsize()
  if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
  return environmentVariable("COLUMNS").flatMap { Int($0) }.map { min(max($0, 20), 1000) } ?? 80
}

/// The value of an environment variable; nil if it is not set.
@Sendable public func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// The number of online processors.
func processorCount() -> Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

func standardErrorIsTerminal() -> Bool { isatty(STDERR_FILENO) == 1 }
