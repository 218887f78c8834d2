/// The supported revisions of the Model Context Protocol, named by their dates.
enum ProtocolRevision: String, CaseIterable, Sendable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// The newest revision that a client can request with `initialize`.
  static let newestWithHandshake = november2025

  /// Whether there is no handshake: each request names its revision.
  var isStateless: Bool { self == .july2026 }

  /// Whether batches are allowed; only one revision allows them.
  var hasBatches: Bool { self == .march2025 }

  /// Whether tools have annotations, such as `readOnlyHint`.
  var hasAnnotations: Bool { self != .november2024 }

  /// Whether tools have a title and an output schema, and results have `structuredContent`.
  var hasStructuredContent: Bool { self != .november2024 && self != .march2025 }

  /// All revisions, newest first.
  static var namesNewestFirst: [String] { allCases.reversed().map(\.rawValue) }
}
