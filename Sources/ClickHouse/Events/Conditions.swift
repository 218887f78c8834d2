import Engine
import RegularExpression
import System

extension TextCondition {
  /// Whether a text, given as an expression, meets the condition.
  func sql(_ text: SQL) throws(ReportError) -> SQL {
    let holds = try test.sql(text)
    return isNegated ? "NOT (\(holds))" : holds
  }

  /// Whether the empty text meets the condition.
  func holdsForEmptyText() throws(ReportError) -> Bool {
    do throws(FilterError) { return try flags(of: [""], ParallelExecutor())[0] } catch {
      throw .condition(error, index: nil)
    }
  }
}

extension TextTest {
  fileprivate func sql(_ text: SQL) throws(ReportError) -> SQL {
    switch self {
    case .isOneOf(_, let texts):
      if texts.count == 1 { return "\(text) = \(value: texts[0])" }
      return texts.chunks(ofBytes: maximumListBytes).map { "\(text) IN \(value: $0)" as SQL }.oneHolds()
    case .containsIgnoringCase(let substring):
      let needle = String(decoding: substring.needle, as: UTF8.self)
      return contains(text, lowercase: needle)
    case .isSet: return "\(text) != ''"
    case .predicate: throw .unsupported("filters on elements of arrays")
    case .regularExpression(_, let pattern):
      let translated: String?
      do throws(RegularExpressionError) {
        translated = try RegularExpression.re2Pattern(of: pattern)
      } catch {
        throw .condition(.badRegularExpression(pattern: pattern, reason: "\(error)"), index: nil)
      }
      guard let translated else {
        throw .unsupported(
          "the regular expression \"\(pattern)\": lookaround, backreferences, atomic groups, (?m), more than 1000 "
            + "repetitions, \\d, \\s, \\w and \\p{…}")
      }
      return "match(\(text), \(value: translated))"
    }
  }
}

/// Whether a text, given as an expression, contains another one, each scalar compared in its lower case, without context.
func containsIgnoringCase(_ text: SQL, _ part: String) -> SQL { contains(text, lowercase: part.lowercased()) }

private func contains(_ text: SQL, lowercase part: String) -> SQL {
  // At the end of a word, the lower case of Σ is another one.
  "position(lowerUTF8(replaceAll(\(text), 'Σ', 'σ')), \(value: part)) > 0"
}

/// A parameter has at most 131,072 bytes, percent-encoded.
let maximumListBytes = 32_000

extension [String] {
  /// The texts in lists of at most so many bytes, or of one text.
  func chunks(ofBytes maximum: Int) -> [[String]] {
    var chunks: [[String]] = []
    var bytes = 0
    for text in self {
      let size = text.utf8.count + 4
      if chunks.isEmpty || bytes + size > maximum {
        chunks.append([])
        bytes = 0
      }
      bytes += size
      chunks[chunks.count - 1].append(text)
    }
    return chunks
  }
}

extension WildcardPattern {
  /// Whether a text, given as an expression, matches.
  func sql(_ text: SQL) -> SQL {
    let literals = literals
    guard literals.count > 1 else { return "\(text) = \(value: literals[0])" }
    if literals.allSatisfy(\.isEmpty) { return "true" }
    // In LIKE, these three characters mean something.
    let escaped = literals.map { literal in
      literal.unicodeScalars.reduce(into: "") { escaped, scalar in
        if scalar == "%" || scalar == "_" || scalar == "\\" { escaped.unicodeScalars.append("\\") }
        escaped.unicodeScalars.append(scalar)
      }
    }
    return "\(text) LIKE \(value: escaped.joined(separator: "%"))"
  }
}
