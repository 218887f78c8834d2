#if os(Linux)
  public import Foundation

  /// What processes have cost so far: CPU time of all threads, also of those that have ended, and peak memory.
  extension RunningWorker {
    public func cost() throws -> Growth.Cost {
      guard let cost = Growth.Cost(ofProcess: processIdentifier) else { throw Ended() }
      return cost
    }
  }

  extension BuiltBinary {
    /// Runs `footfall` to its end and gives what it has cost until shortly before.
    public static func cost(
      of arguments: [String], in folder: URL? = nil
    ) throws -> (outcome: Outcome, cost: Growth.Cost) {
      let process = try start(arguments, in: folder)
      var cost = Growth.Cost(milliseconds: 0, bytes: 0)
      while process.isRunning {
        if let now = Growth.Cost(ofProcess: process.processIdentifier), now.bytes > 0 { cost = now }
        usleep(1000)
      }
      return (try process.finish(), cost)
    }
  }

  extension Growth.Cost {
    /// Nil where there is no such process any more.
    fileprivate init?(ofProcess id: Int32) {
      var clock = clockid_t()
      var time = timespec()
      guard clock_getcpuclockid(id, &clock) == 0, clock_gettime(clock, &time) == 0,
        let bytes = try? processStatusBytes("VmHWM", of: id)
      else { return nil }
      self.init(
        milliseconds: Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000, bytes: bytes)
    }
  }
#endif
