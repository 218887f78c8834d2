/// A value that a browser measures while it loads a page. The columns of events of type 5 have the names of the cases.
public enum WebVital: Int, CaseIterable, Sendable {
  /// Largest contentful paint: when the largest text or image was shown. In milliseconds, as all but ``cls``.
  case lcp
  /// Interaction to next paint: how long the page took to react.
  case inp
  /// Cumulative layout shift: how much contents moved while the page loaded. A number without a unit.
  case cls
  /// First contentful paint.
  case fcp
  /// Time to first byte.
  case ttfb

  /// The name of the column, for example `lcp`; also the key of the property that holds the value in the columns of
  /// measurements.
  public var name: String {
    switch self {
    case .lcp: "lcp"
    case .inp: "inp"
    case .cls: "cls"
    case .fcp: "fcp"
    case .ttfb: "ttfb"
    }
  }
}

/// The web vitals of one measurement, in ten-thousandths: of a millisecond, or of the number ``WebVital/cls``.
public struct WebVitals: Equatable, Sendable {
  /// By `WebVital`; ``PropertyColumns/missingNumber`` if it was not measured.
  @usableFromInline var values: InlineArray<5, Int64>

  /// No value.
  public init() {
    values = InlineArray(repeating: .min)
    precondition(values.count == WebVital.allCases.count && PropertyColumns.missingNumber == .min)
  }

  /// The `data_type` of the properties that hold the values: numbers.
  static let dataType: UInt8 = 2
  /// The keys of these properties.
  static let keys = TextDictionary([""] + WebVital.allCases.map(\.name))

  /// Nil if it was not measured.
  public subscript(vital: WebVital) -> Int64? {
    get { values[vital.rawValue] == .min ? nil : values[vital.rawValue] }
    set { values[vital.rawValue] = newValue ?? .min }
  }

  public static func == (a: WebVitals, b: WebVitals) -> Bool {
    WebVital.allCases.allSatisfy { a[$0] == b[$0] }
  }
}
