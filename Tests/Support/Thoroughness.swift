import Foundation

/// How much of what could be tested at length is tested: `FOOTFALL_THOROUGH_TESTS=1` asks for all of it.
public enum Thoroughness {
  public static let isFull = ProcessInfo.processInfo.environment["FOOTFALL_THOROUGH_TESTS"] == "1"

  /// How often something random is tried.
  public static func rounds(_ few: Int, thorough: Int) -> Int { isFull ? thorough : few }

  /// Every `step`-th of `all`, or all of them.
  public static func sample<Element>(_ all: [Element], every step: Int, from first: Int = 0) -> [Element] {
    isFull ? all : stride(from: first, to: all.count, by: step).map { all[$0] }
  }
}
