import Synchronization
import System

@testable import JSONRPC

/// A pipe. Its ends are closed one by one, or when it is released.
final class Pipe: Sendable {
  let reading: Int32
  let writing: Int32
  private let open = Mutex((reading: true, writing: true))

  init() throws(TransportError) {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) < 0 { throw TransportError("make a pipe") }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    closeReading()
    closeWriting()
  }

  func closeReading() {
    open.withLock { open in
      if open.reading { close(reading) }
      open.reading = false
    }
  }

  func closeWriting() {
    open.withLock { open in
      if open.writing { close(writing) }
      open.writing = false
    }
  }

  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(writing, $0.baseAddress, $0.count) }
      if count < 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes until the pipe stays full for a while; returns the number of bytes written.
  func writeUntilFull(_ bytes: [UInt8]) -> Int {
    let flags = fcntl(writing, F_GETFL)
    _ = fcntl(writing, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(writing, F_SETFL, flags) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(writing, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else {
        var watched = pollfd(fd: writing, events: Int16(POLLOUT), revents: 0)
        if poll(&watched, 1, 50) == 0 { break }
      }
    }
    return bytes.count - rest.count
  }

  func readAll() -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = systemRead(reading, &chunk, chunk.count)
      if count <= 0 { return all }
      all += chunk[..<count]
    }
  }

  /// Reads a line byte by byte, so that nothing after it is consumed.
  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while systemRead(reading, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }
}
