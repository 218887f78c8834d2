import System

extension ChildProcess {
  /// The peak resident memory of the running process, in bytes; nil if the system does not report it.
  var peakResidentBytes: Int? {
    let descriptor = open("/proc/\(id)/status", O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
    defer { close(descriptor) }
    var lines = LineInput(descriptor)
    while let line = try? lines.next() {
      // proc(5): "VmHWM:     12345 kB"
      let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
      if words.first == "VmHWM:", words.count == 3 { return Int(words[1]).map { $0 * 1024 } }
    }
    return nil
  }
}
