import Testing

@testable import JSONRPC

@Suite struct FrameHandOverTests {
  @Test func `lines come out as they were put, all that wait at once, then the end`() {
    let handOver = FrameHandOver(maximumBytes: 100, maximumFrames: 100)
    #expect(handOver.isEmpty)
    #expect(handOver.put([line(1), .tooLong(bytes: 1_000)]))
    #expect(handOver.put([line(2)]))
    handOver.end(.endOfInput)
    #expect(handOver.take() == .frames([line(1), .tooLong(bytes: 1_000), line(2)], .lines))
    #expect(handOver.take() == .end(.endOfInput))
    #expect(handOver.take() == .end(.endOfInput))
  }

  @Test(arguments: [63, 64, 65])
  func `what waits is bounded in bytes`(bytes: Int) {
    check(first: [line(32)], then: [line(bytes - 32)], fits: bytes <= 64)
  }

  @Test(arguments: [63, 64, 65])
  func `what waits is bounded in lines`(count: Int) {
    check(first: [line(0)], then: Array(repeating: line(0), count: count - 1), fits: count <= 64)
  }

  @Test func `lines beyond the bounds pass where nothing else waits`() {
    let handOver = FrameHandOver(maximumBytes: 64, maximumFrames: 64)
    #expect(handOver.tryToPut([line(65)]) == .done)
    #expect(handOver.take() == .frames([line(65)], .lines))
    #expect(handOver.tryToPut(Array(repeating: line(0), count: 65)) == .done)
  }

  @Test func `each side wakes the other`() {
    let handOver = FrameHandOver(maximumBytes: 1, maximumFrames: 1)
    let putter = TestThread {
      for length in 0..<1000 { _ = handOver.put([line(length)]) }
      handOver.end(.endOfInput)
    }
    for length in 0..<1000 { #expect(handOver.take() == .frames([line(length)], .lines)) }
    #expect(handOver.take() == .end(.endOfInput))
    #expect(putter.result() != nil)
  }

  @Test func `one who puts learns that nobody takes any more, even when held up`() {
    let handOver = FrameHandOver(maximumBytes: 1, maximumFrames: 1)
    #expect(handOver.put([line(1)]))
    let putter = TestThread { handOver.put([line(1)]) }
    handOver.close()
    #expect(putter.result() == false)
    #expect(!handOver.put([line(1)]))
  }

  private func check(
    first: [Frame], then second: [Frame], fits: Bool,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let handOver = FrameHandOver(maximumBytes: 64, maximumFrames: 64)
    #expect(handOver.tryToPut(first) == .done, sourceLocation: location)
    #expect(handOver.tryToPut(second) == (fits ? .done : .full), sourceLocation: location)
    _ = handOver.take()
    #expect(handOver.tryToPut(second) == .done, sourceLocation: location)
  }
}

private func line(_ length: Int) -> Frame {
  .complete([UInt8](repeating: 0x78, count: length))
}
