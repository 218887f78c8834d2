import Foundation

/// What `Tests/Sanitizers/run` looks on with; it takes memory and files of its own, which are not to be limited or
/// measured then.
public enum Sanitizer {
  public static let isOn = ProcessInfo.processInfo.environment["FOOTFALL_SANITIZER"] != nil
}
