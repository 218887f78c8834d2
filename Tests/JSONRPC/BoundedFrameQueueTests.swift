import Testing

@testable import JSONRPC

@Suite struct BoundedFrameQueueTests {
  @Test func `all queued messages are dequeued at once and in order, then the end`() {
    let queue = BoundedFrameQueue(maximumBytes: 100, maximumFrames: 100)
    #expect(queue.isEmpty)
    #expect(queue.enqueue([line(1), .tooLong(bytes: 1_000)]))
    #expect(queue.enqueue([line(2)]))
    queue.finish(.endOfInput)
    #expect(queue.dequeueAll() == .frames([line(1), .tooLong(bytes: 1_000), line(2)], .lines))
    #expect(queue.dequeueAll() == .end(.endOfInput))
    #expect(queue.dequeueAll() == .end(.endOfInput))
  }

  @Test(arguments: [63, 64, 65])
  func `the queue is bounded in bytes`(bytes: Int) {
    check(first: [line(32)], then: [line(bytes - 32)], fits: bytes <= 64)
  }

  @Test(arguments: [63, 64, 65])
  func `the queue is bounded in messages`(count: Int) {
    check(first: [line(0)], then: Array(repeating: line(0), count: count - 1), fits: count <= 64)
  }

  @Test func `an empty queue accepts messages beyond the bounds`() {
    let queue = BoundedFrameQueue(maximumBytes: 64, maximumFrames: 64)
    #expect(queue.tryEnqueue([line(65)]) == .enqueued)
    #expect(queue.dequeueAll() == .frames([line(65)], .lines))
    #expect(queue.tryEnqueue(Array(repeating: line(0), count: 65)) == .enqueued)
  }

  @Test func `producer and consumer wake each other`() {
    let queue = BoundedFrameQueue(maximumBytes: 1, maximumFrames: 1)
    let producer = TestThread {
      for length in 0..<1000 { _ = queue.enqueue([line(length)]) }
      queue.finish(.endOfInput)
    }
    for length in 0..<1000 { #expect(queue.dequeueAll() == .frames([line(length)], .lines)) }
    #expect(queue.dequeueAll() == .end(.endOfInput))
    #expect(producer.result() != nil)
  }

  @Test func `a waiting producer learns that the consumer is gone`() {
    let queue = BoundedFrameQueue(maximumBytes: 1, maximumFrames: 1)
    #expect(queue.enqueue([line(1)]))
    let producer = TestThread { queue.enqueue([line(1)]) }
    queue.close()
    #expect(producer.result() == false)
    #expect(!queue.enqueue([line(1)]))
  }

  private func check(
    first: [Frame], then second: [Frame], fits: Bool,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let queue = BoundedFrameQueue(maximumBytes: 64, maximumFrames: 64)
    #expect(queue.tryEnqueue(first) == .enqueued, sourceLocation: location)
    #expect(queue.tryEnqueue(second) == (fits ? .enqueued : .full), sourceLocation: location)
    _ = queue.dequeueAll()
    #expect(queue.tryEnqueue(second) == .enqueued, sourceLocation: location)
  }
}

private func line(_ length: Int) -> Frame {
  .complete([UInt8](repeating: 0x78, count: length))
}
