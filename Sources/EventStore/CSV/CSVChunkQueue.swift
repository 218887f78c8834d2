import Engine
import Synchronization

/// Hands chunks to the threads that read them, and joins what they have read in the order of the files.
///
/// A thread reads from where a row probably begins. A chunk counts when the one before ends just there;
/// else it is read again from where that one has ended. So what counts is what one thread would have read
/// from the first row to the last.
final class CSVChunkQueue: Sendable {
  /// One reading of a chunk.
  struct Task {
    let chunk: Int
    /// Distinguishes the readings of one chunk, and all others; from 1.
    let part: Int
    /// Where the first row begins, where that is known.
    let start: Int?
  }

  /// What a reading has met.
  struct Outcome {
    let part: Int
    /// Where the first row begins and where the first row behind the chunk does. Empty and below 0 where that was not
    /// found out: then the chunk is read again once the one before has ended.
    let rows: Range<Int>
    var badRows: [(offset: Int, defect: RowDefect)] = []
    var badRowCount = 0
    /// Where a quote opens that is never closed.
    var openQuote: Int?

    static func unknown(part: Int) -> Outcome { Outcome(part: part, rows: -1 ..< -1) }
  }

  private struct State {
    var nextChunk = 0
    var nextPart = 1
    var outcomes: [Outcome?]
    /// How many chunks count, from the first.
    var accepted = 0
    /// Where the row behind those begins.
    var expected: Int
    /// Whether the next of them has to be read again.
    var isToRepeat = false
    var isStopped = false
  }

  private let chunks: [CSVChunk]
  private let firstRows: [Int]
  private let isStrict: Bool
  private let state: Mutex<State>

  /// `firstRows` says where the rows of each file begin. Where reading is strict, a bad row ends it.
  init(_ chunks: [CSVChunk], firstRows: [Int], isStrict: Bool) {
    self.chunks = chunks
    self.firstRows = firstRows
    self.isStrict = isStrict
    state = Mutex(
      State(outcomes: Array(repeating: nil, count: chunks.count), expected: firstRows.first ?? 0))
  }

  /// The chunks that count, as far as they were read.
  var accepted: [Outcome] { state.withLock { $0.outcomes.prefix($0.accepted).compactMap(\.self) } }

  /// What to read next; nil when there is nothing left for this thread.
  func next() -> Task? {
    state.withLock { state in
      guard !state.isStopped else { return nil }
      defer { state.nextPart += 1 }
      if state.isToRepeat {
        state.isToRepeat = false
        return Task(chunk: state.accepted, part: state.nextPart, start: state.expected)
      }
      guard state.nextChunk < chunks.count else { return nil }
      let chunk = state.nextChunk
      state.nextChunk += 1
      let start = chunks[chunk].isFirstOfFile ? firstRows[chunks[chunk].input] : nil
      return Task(chunk: chunk, part: state.nextPart, start: start)
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
        state.expected = following.isFirstOfFile ? firstRows[following.input] : next.rows.upperBound
      }
    }
  }
}
