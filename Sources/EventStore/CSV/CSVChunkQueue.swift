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

  /// `firstRows` says where the rows of each file begin. If reading is strict, a bad row ends it.
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

/// A piece of a CSV file that one thread reads: the rows that begin in it.
struct CSVChunk {
  /// The place of its file among those that are read.
  let input: Int
  /// Where it nominally begins and ends, which may be anywhere in a row.
  let bytes: Range<Int>
  let isFirstOfFile: Bool

  static func divide(_ inputs: [CSVInput], chunkBytes: Int) -> [CSVChunk] {
    precondition(chunkBytes > 0)
    return inputs.enumerated().flatMap { number, input in
      let rows = input.file.rows
      return stride(from: rows.lowerBound, to: max(rows.upperBound, rows.lowerBound + 1), by: chunkBytes).map
      { start in
        CSVChunk(
          input: number, bytes: start..<min(start + chunkBytes, rows.upperBound),
          isFirstOfFile: start == rows.lowerBound)
      }
    }
  }
}

extension CSVFile {
  /// How far a row is looked for.
  static let lookAheadBytes = 1 << 20
  private static let candidateLimit = 8

  /// Where a row probably begins at or behind `offset`: at the first line, of the next few, that reads as a
  /// whole row. The same for the same offset always; nil if no line begins in the next mebibyte.
  ///
  /// Nobody can know without reading from the start of the file: the line may stand inside a quoted field.
  /// So what is read from here counts only when the chunk before turns out to end here.
  func probableRowStart(at offset: Int, _ fields: CSVFields) -> Int? {
    guard offset > rows.lowerBound else { return rows.lowerBound }
    guard offset < rows.upperBound else { return rows.upperBound }
    let end = min(offset + Self.lookAheadBytes, rows.upperBound)
    guard let first = lineStart(at: offset, before: end) else { return nil }
    var start = first
    for _ in 0..<Self.candidateLimit where start < end {
      var scanner = CSVScanner(contents.bytes, rows: start..<end) { $0 > end }
      if scanner.next(fields) == .row { return start }
      guard let next = lineStart(at: start + 1, before: end) else { break }
      start = next
    }
    return first
  }

  /// Where a line begins at or behind `offset`, which is not the first of the file; nil if none does before `end`,
  /// unless the rows end there.
  private func lineStart(at offset: Int, before end: Int) -> Int? {
    guard let base = contents.bytes.baseAddress else { return nil }
    let index = firstPlace(of: allLineFeeds, or: allLineFeeds, base, from: offset - 1, to: end) + 1
    return index < end ? index : end == rows.upperBound ? end : nil
  }
}
