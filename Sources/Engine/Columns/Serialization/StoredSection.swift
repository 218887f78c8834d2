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
  /// How it is made sure of before it is used for the first time, and perhaps never; nil where this process has made
  /// it.
  public let verification: Verification?

  /// How a section of a file is made sure of.
  public struct Verification: Sendable {
    /// Hands all bytes to a function, piece by piece from the first, each while it is at hand; every piece but the
    /// last has a multiple of 8 bytes. Gives whether they are as they were written.
    let read: @Sendable (_ look: (UnsafeRawBufferPointer) -> Void) -> Bool
    /// Is told that nobody can have written what is in the section.
    let refuse: @Sendable () -> Void

    public init(
      read: @escaping @Sendable (_ look: (UnsafeRawBufferPointer) -> Void) -> Bool,
      refuse: @escaping @Sendable () -> Void
    ) {
      self.read = read
      self.refuse = refuse
    }
  }

  /// - Parameter bytes: not nil, aligned to `width`, and never changed.
  public init(
    name: String, width: Int, bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable,
    verification: Verification? = nil
  ) {
    self.name = name
    self.width = width
    self.bytes = bytes
    self.owner = owner
    self.verification = verification
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

  /// The elements of a small section, looked at; nil where it is missing, has more than `most`, or is not as it was
  /// written. Whoever gets nil refuses the file.
  func numbers(_ name: String, atMost most: Int) -> [Int64]? {
    guard let column = column(name, of: Int64.self), column.count <= most, check(name, { $0.isAsWritten() })
    else { return nil }
    return (0..<column.count).map { column[$0] }
  }
}
