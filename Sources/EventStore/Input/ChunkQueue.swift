import Engine
import Synchronization

/// Distributes chunks to reader threads, and accepts their results in the order of the files.
///
/// A thread starts at a position where a row probably begins. A chunk is accepted if the chunk before it ends
/// exactly there; otherwise it is read again from the end of that chunk. Therefore the accepted rows are
/// those that one thread would have read from the first row to the last.
final class ChunkQueue: Sendable {
  /// One attempt to read a chunk.
  struct Task {
    let chunk: Int
    /// A number that no other attempt has, for this chunk or any other; from 1.
    let batch: Int
    /// Where the first row begins, if that is known.
    let start: Int?
  }

  /// The result of an attempt.
  struct Outcome {
    let batch: Int
    /// From the start of the first row to the start of the first row after the chunk. Empty and negative if
    /// that is unknown: in that case the chunk is read again once the one before it has ended.
    let rows: Range<Int>
    var badRows: [(offset: Int, defect: RowDefect)] = []
    var badRowCount = 0
    var goodRowCount = 0
    var leftOut = LeftOutRows()
    var clockChanges = ClockChangeCount()
    /// The position of a quote that is never closed.
    var openQuote: Int?

    static func unknown(batch: Int) -> Outcome { Outcome(batch: batch, rows: -1 ..< -1) }
  }

  private struct State {
    var nextChunk = 0
    var nextBatch = 1
    var outcomes: [Outcome?]
    /// How many chunks are accepted, counted from the first.
    var accepted = 0
    /// Where the first row after the accepted chunks begins.
    var expected: Int
    /// Whether the next chunk has to be read again.
    var isToRepeat = false
    var isStopped = false
  }

  private let chunks: [FileChunk]
  private let firstRows: [Int]
  private let isStrict: Bool
  private let state: Mutex<State>

  /// `firstRows` has the start of the rows of each table. If reading is strict, the first bad row stops the
  /// queue.
  init(_ chunks: [FileChunk], firstRows: [Int], isStrict: Bool) {
    self.chunks = chunks
    self.firstRows = firstRows
    self.isStrict = isStrict
    state = Mutex(
      State(outcomes: Array(repeating: nil, count: chunks.count), expected: firstRows.first ?? 0))
  }

  /// The results of the accepted chunks.
  var accepted: [Outcome] { state.withLock { $0.outcomes.prefix($0.accepted).compactMap(\.self) } }

  /// The next chunk to read; nil if nothing is left for this thread.
  func next() -> Task? {
    state.withLock { state in
      guard !state.isStopped else { return nil }
      defer { state.nextBatch += 1 }
      if state.isToRepeat {
        state.isToRepeat = false
        return Task(chunk: state.accepted, batch: state.nextBatch, start: state.expected)
      }
      guard state.nextChunk < chunks.count else { return nil }
      let chunk = state.nextChunk
      state.nextChunk += 1
      let start = chunks[chunk].isFirstOfTable ? firstRows[chunks[chunk].input] : nil
      return Task(chunk: chunk, batch: state.nextBatch, start: start)
    }
  }

  func finish(_ task: Task, _ outcome: Outcome) {
    state.withLock { state in
      state.outcomes[task.chunk] = outcome
      while !state.isStopped, state.accepted < chunks.count, let next = state.outcomes[state.accepted] {
        guard next.rows.lowerBound == state.expected else {
          state.outcomes[state.accepted] = nil
          state.isToRepeat = true
          return
        }
        state.isStopped = next.openQuote != nil || isStrict && next.badRowCount > 0
        state.accepted += 1
        guard state.accepted < chunks.count else { return }
        let following = chunks[state.accepted]
        state.expected = following.isFirstOfTable ? firstRows[following.input] : next.rows.upperBound
      }
    }
  }
}

/// A section of a table that one thread reads: the rows that begin in it.
struct FileChunk {
  /// The index of its table among the inputs.
  let input: Int
  /// Its nominal range, which may begin and end in the middle of a row.
  let bytes: Range<Int>
  let isFirstOfTable: Bool

  static func divide(_ inputs: [ResolvedTable], chunkBytes: Int) -> [FileChunk] {
    precondition(chunkBytes > 0)
    return inputs.enumerated().flatMap { number, input in
      let rows = input.table.rows
      return stride(from: rows.lowerBound, to: max(rows.upperBound, rows.lowerBound + 1), by: chunkBytes).map
      { start in
        FileChunk(
          input: number, bytes: start..<min(start + chunkBytes, rows.upperBound),
          isFirstOfTable: start == rows.lowerBound)
      }
    }
  }
}
