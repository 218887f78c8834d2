import System

/// The event ids of all rows by number: first those of the events, then those of the properties, each in
/// input order.
struct StagedIDs {
  let events: Rows
  let properties: Rows
  /// By builder, then by the builder's code of an id that is not a UUID: the common code.
  private let textCodes: [[UInt32]]

  /// Rows of one kind.
  struct Rows {
    /// The number of the first row.
    let firstNumber: UInt32
    let count: Int
    fileprivate let runs: [Run]
  }

  /// Consecutive rows of one builder.
  fileprivate struct Run {
    let builder: Int
    let ids: [IdentifierBits]
    let rows: Range<Int>
    let firstNumber: UInt32
  }

  init(_ rows: StagedRows) {
    precondition(rows.eventCount + rows.propertyCount < Int(UInt32.max), "over 4 billion rows")
    var interner = TextInterner()
    textCodes = rows.builders.map { builder in
      (0..<builder.eventTexts.count).map { interner.code(of: UInt32($0), in: builder.eventTexts) }
    }
    events = Rows(
      rows.runs.map { ($0.builder, rows.builders[$0.builder].eventIDs, $0.events) }, firstNumber: 0)
    properties = Rows(
      rows.runs.map { ($0.builder, rows.builders[$0.builder].properties.events, $0.properties) },
      firstNumber: UInt32(rows.eventCount))
  }

  /// Returns the id of a row. Equal ids from different builders are equal here.
  subscript(number: UInt32) -> IdentifierBits {
    let rows = number < properties.firstNumber ? events : properties
    let run = rows.run(of: number)
    return common(run.ids[run.rows.lowerBound + Int(number - run.firstNumber)], run.builder)
  }

  /// Calls `body` with the number and the id of each row of a run, except events without an id.
  @inline(__always)
  func forEach(_ run: Int, of rows: Rows, _ body: (UInt32, IdentifierBits) -> Void) {
    let run = rows.runs[run]
    let ids = run.ids.span
    var number = run.firstNumber
    for row in run.rows {
      if ids[row] != .none { body(number, common(ids[row], run.builder)) }
      number += 1
    }
  }

  @inline(__always)
  private func common(_ id: IdentifierBits, _ builder: Int) -> IdentifierBits {
    guard id != .none, let code = id.textCode else { return id }
    return IdentifierBits(text: textCodes[builder][Int(code)])
  }
}

extension StagedIDs.Rows {
  fileprivate init(_ runs: [(builder: Int, ids: [IdentifierBits], rows: Range<Int>)], firstNumber: UInt32) {
    var number = firstNumber
    self.runs = runs.map { run in
      defer { number += UInt32(run.rows.count) }
      return StagedIDs.Run(builder: run.builder, ids: run.ids, rows: run.rows, firstNumber: number)
    }
    self.firstNumber = firstNumber
    count = Int(number - firstNumber)
  }

  var runCount: Int { runs.count }

  fileprivate func run(of number: UInt32) -> StagedIDs.Run {
    runs[(1..<runs.count).partitionPoint { runs[$0].firstNumber > number } - 1]
  }
}
