/// Rows that do not count, or not in full, for one reason.
public struct RowProblem: Equatable, Sendable {
  /// What is wrong, as a category.
  public let reason: Reason
  /// The column at fault; nil if no single one is.
  public let column: String?
  /// The number of rows.
  public var count: Int
  /// The first lines with the problem, from 1; in an SQLite file, the first row ids.
  public var lines: [Int64]
  /// What is wrong, in the first row for a bad row.
  public var message: String

  /// How many of ``lines`` are kept.
  static let mostLines = 5

  /// Why rows do not count, or not in full. The raw values are those of JSON output.
  public enum Reason: String, CaseIterable, Sendable {
    // Bad rows.
    case fieldCount, quote, notUTF8, nulByte, syntax, tooLong, expression
    case missing, notATime, notANumber, notAType
    // Rows that are in order and do not count.
    case bot, asset, method, status, withoutSession, noEvent, performance
    case duplicate, withoutEvent, otherTable
    // Rows that count without a value that they have.
    case notAnAmount, ignoredColumn, unknownType
    // Rows that count with a value that is uncertain.
    case uncertainTime
  }
}

/// Counts problems by reason and column.
final class ProblemTally {
  private struct Key: Hashable {
    let reason: RowProblem.Reason
    let column: String?
  }

  private var problems: [RowProblem] = []
  private var indexes: [Key: Int] = [:]

  /// In the order of their first rows.
  var all: [RowProblem] { problems }

  /// Counts a row; `line` and `message` are called only if they are needed.
  func add(
    _ reason: RowProblem.Reason, _ column: String? = nil, line: () -> Int64?, message: () -> String
  ) {
    let key = Key(reason: reason, column: column)
    guard let index = indexes[key] else {
      indexes[key] = problems.count
      problems.append(
        RowProblem(
          reason: reason, column: column, count: 1, lines: line().map { [$0] } ?? [], message: message()))
      return
    }
    problems[index].count += 1
    if problems[index].lines.count < RowProblem.mostLines, let line = line() {
      problems[index].lines.append(line)
    }
  }

  func add(_ defect: RowDefect, line: () -> Int64?) {
    let (reason, column) = defect.problem
    add(reason, column, line: line) { "\(defect)" }
  }

  func add(_ reason: LeftOutReason, line: () -> Int64?) {
    add(reason.problem, line: line) { "left out: " + reason.sentence }
  }

  func add(_ row: BadRow) {
    add(row.defect) {
      switch row.place {
      case .line(let line): Int64(line)
      case .row(_, let id): id
      }
    }
  }

  /// Adds a problem of which only the number of rows is known.
  func add(_ reason: RowProblem.Reason, _ column: String? = nil, count: Int, _ message: String) {
    guard count > 0 else { return }
    problems.append(RowProblem(reason: reason, column: column, count: count, lines: [], message: message))
  }
}

extension RowDefect {
  fileprivate var problem: (RowProblem.Reason, column: String?) {
    switch self {
    case .fieldCount: (.fieldCount, nil)
    case .textAfterQuote: (.quote, nil)
    case .notUTF8: (.notUTF8, nil)
    case .nulByte: (.nulByte, nil)
    case .unexpected: (.syntax, nil)
    case .nestedTooDeep, .longField, .longRow, .keyTooLong, .keysTooLong: (.tooLong, nil)
    case .notALiteral: (.expression, nil)
    case .missing(let column): (.missing, known(column))
    case .notAnInstant(let column, _, _): (.notATime, known(column))
    case .notANumber(let column, _): (.notANumber, known(column))
    case .notAType(let column, _): (.notAType, known(column))
    }
  }

  /// Nil for a property's key, of which data may have any number.
  private func known(_ column: String) -> String? {
    let isKnown = EventField(rawValue: column) != nil || PropertyField(rawValue: column) != nil
    return isKnown || ["report_id", "updated_at"].contains(column) ? column : nil
  }
}

extension LeftOutReason {
  fileprivate var problem: RowProblem.Reason {
    switch self {
    case .bot, .botVisit: .bot
    case .asset: .asset
    case .method: .method
    case .status: .status
    case .withoutSession: .withoutSession
    case .noEvent: .noEvent
    }
  }
}
