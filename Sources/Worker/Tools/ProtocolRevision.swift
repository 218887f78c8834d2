/// The revisions of the Model Context Protocol that are spoken here, named by their dates.
enum ProtocolRevision: String, CaseIterable, Sendable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// The newest that a client can ask for with `initialize`.
  static let newestWithHandshake = november2025

  /// Whether there is no handshake: each request says by itself which revision it means.
  var isStateless: Bool { self == .july2026 }

  /// Whether requests may come in batches, which only one revision took up.
  var hasBatches: Bool { self == .march2025 }

  /// Whether tools may say that they only read.
  var hasAnnotations: Bool { self != .november2024 }

  /// Whether tools have titles and say what they return, and results have `structuredContent`.
  var hasStructuredContent: Bool { self != .november2024 && self != .march2025 }

  /// Whether `structuredContent` must be an object; later it may be any value.
  var wrapsStructuredContent: Bool { hasStructuredContent && !isStateless }

  /// All of them, the newest first.
  static var namesNewestFirst: [String] { allCases.reversed().map(\.rawValue) }
}
