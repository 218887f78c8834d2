import Foundation
import JSON
import TestSupport
import Testing

/// Which texts are JSON, by two parsers that share nothing.
struct JSONAgreementTests {
  @Test func `Foundation takes and refuses the same mutated texts`() throws {
    var mutator = Mutator(try Corpus.inputs(of: .json) + Corpus.requests(), seed: 1)
    var taken = 0
    let rounds = Thoroughness.rounds(2_000, thorough: 100_000)
    for round in 0..<rounds {
      let input = mutator.next()
      guard isComparable(input) else { continue }
      let isTaken: Bool
      do throws(JSONParseError) {
        _ = try JSONValue(parsing: input, maximumDepth: 500)
        isTaken = true
      } catch {
        // Foundation takes numbers for 0 that are too small to be told from it.
        if error.kind == .numberOutOfRange { continue }
        isTaken = false
      }
      let byFoundation =
        (try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed)) != nil
      #expect(isTaken == byFoundation, "round \(round): \(String(decoding: input, as: UTF8.self))")
      if isTaken { taken += 1 }
    }
    #expect(taken > rounds / 10, "nearly all were refused, which is easy to agree on")
  }

  /// Whether the two mean to agree: Foundation takes a comma behind the last element.
  private func isComparable(_ input: [UInt8]) -> Bool {
    let marks = input.filter { !" \t\r\n".utf8.contains($0) }
    return !zip(marks, marks.dropFirst()).contains { $0 == UInt8(ascii: ",") && "]}".utf8.contains($1) }
  }
}
