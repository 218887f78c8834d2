import Foundation

/// What its process takes of memory, in bytes (Linux: `proc_pid_status(5)`).
extension RunningWorker {
  /// As much as is in use.
  public func residentBytes() throws -> Int { try status("VmRSS") }
  /// The most that was.
  public func peakBytes() throws -> Int { try status("VmHWM") }

  private func status(_ name: String) throws -> Int {
    try processStatusBytes(name, of: processIdentifier)
  }
}

/// A number of bytes from a process's status.
func processStatusBytes(_ name: String, of id: Int32) throws -> Int {
  let text = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
  let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
  let number = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
  guard let number else { throw NoStatus(name: name) }
  return number << 10
}

private struct NoStatus: Error { let name: String }
