/// A named array of numbers: what columns are written down as, and made from again.
///
/// Sound to share between threads: the bytes never change.
public struct StoredSection: @unchecked Sendable {
  /// Unique among the sections that belong together.
  public let name: String
  /// Bytes an element: 1, 2, 4 or 8. Elements are in the byte order of the machine.
  public let width: Int
  /// The elements, end to end; as long as `owner` lives.
  public let bytes: UnsafeRawBufferPointer
  /// Keeps the memory.
  public let owner: any AnyObject & Sendable
  /// Whether the bytes are as they were written; nil where that is certain. It is asked before the section
  /// is used for the first time, and perhaps never.
  public let isIntact: (@Sendable () -> Bool)?

  /// - Parameter bytes: not nil, aligned to `width`, and never changed.
  public init(
    name: String, width: Int, bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable,
    isIntact: (@Sendable () -> Bool)? = nil
  ) {
    self.name = name
    self.width = width
    self.bytes = bytes
    self.owner = owner
    self.isIntact = isIntact
  }

  /// How many elements there are.
  public var count: Int { bytes.count / width }
}

extension StoredSection {
  init<Element>(_ name: String, _ column: Column<Element>) {
    self.init(name: name, width: MemoryLayout<Element>.stride, bytes: column.bytes, owner: column.owner)
  }

  init(_ name: String, _ column: CodeColumn) {
    switch column {
    case .one(let column): self.init(name, column)
    case .two(let column): self.init(name, column)
    case .four(let column): self.init(name, column)
    }
  }
}

/// The sections that something is made from.
public struct StoredSections: Sendable {
  private let byName: [String: StoredSection]

  public init(_ sections: [StoredSection]) {
    byName = Dictionary(sections.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> StoredSection? { byName[name] }

  /// The column in the section `name`; nil where there is none of `count` elements of this width. Its
  /// elements were not looked at.
  func column<Element>(_ name: String, of type: Element.Type, count: Int? = nil) -> Column<Element>? {
    guard let section = byName[name], section.width == MemoryLayout<Element>.stride,
      count == nil || section.count == count
    else { return nil }
    return Column(section)
  }

  /// The same for codes, whose width is the section's.
  func codes(_ name: String, count: Int) -> CodeColumn? {
    guard let section = byName[name], section.count == count else { return nil }
    switch section.width {
    case 1: return .one(Column(section))
    case 2: return .two(Column(section))
    case 4: return .four(Column(section))
    default: return nil
    }
  }

  /// The elements of a small section, looked at; nil where it is missing or not as it was written.
  func numbers(_ name: String) -> [Int64]? {
    guard let column = column(name, of: Int64.self), byName[name]?.isIntact?() ?? true else { return nil }
    return (0..<column.count).map { column[$0] }
  }
}
