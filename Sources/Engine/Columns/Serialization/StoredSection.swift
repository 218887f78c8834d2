/// A named array of numbers: columns are serialized as sections and built from them.
///
/// Sound to share between threads: the bytes never change.
public struct StoredSection: @unchecked Sendable {
  /// Unique among the sections that belong together.
  public let name: String
  /// Bytes of an element: 1, 2, 4 or 8. Elements are in the byte order of the machine.
  public let width: Int
  /// The elements, end to end; valid as long as `owner` lives.
  public let bytes: UnsafeRawBufferPointer
  /// Keeps the memory alive.
  public let owner: any AnyObject & Sendable
  /// How the section is verified before its first use, if it is ever used; nil if this process has made it.
  public let verification: Verification?

  /// How a section of a file is verified.
  public struct Verification: Sendable {
    /// Passes all bytes to `body`, chunk by chunk from the first, each while it is in the cache; every chunk
    /// but the last has a multiple of 8 bytes. Returns whether the bytes are intact.
    let read: @Sendable (_ body: (UnsafeRawBufferPointer) -> Void) -> Bool
    /// Reports that the section's contents are invalid although its bytes are intact.
    let refuse: @Sendable () -> Void

    /// Both functions may be called from any thread.
    public init(
      read: @escaping @Sendable (_ body: (UnsafeRawBufferPointer) -> Void) -> Bool,
      refuse: @escaping @Sendable () -> Void
    ) {
      self.read = read
      self.refuse = refuse
    }
  }

  /// - Parameter bytes: Not nil, aligned to `width`, and immutable.
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

  /// The number of elements.
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

/// Sections that belong together, by name.
public struct StoredSections: Sendable {
  private let byName: [String: StoredSection]

  /// If a name is repeated, the first section counts.
  public init(_ sections: [StoredSection]) {
    byName = Dictionary(sections.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> StoredSection? { byName[name] }

  /// Returns the column in the section `name`; nil unless the section has `count` elements of this width. Its
  /// elements are not verified.
  func column<Element>(_ name: String, of type: Element.Type, count: Int? = nil) -> Column<Element>? {
    guard let section = byName[name], section.width == MemoryLayout<Element>.stride,
      count == nil || section.count == count
    else { return nil }
    return Column(section)
  }

  /// Returns the same for codes, whose width is the section's.
  func codes(_ name: String, count: Int) -> CodeColumn? {
    guard let section = byName[name], section.count == count else { return nil }
    switch section.width {
    case 1: return .one(Column(section))
    case 2: return .two(Column(section))
    case 4: return .four(Column(section))
    default: return nil
    }
  }

  /// Returns the elements of a small section, verified; nil if it is missing, has more than `maximum` elements,
  /// or is corrupt. A caller that receives nil rejects the file.
  func numbers(_ name: String, atMost maximum: Int) -> [Int64]? {
    guard let column = column(name, of: Int64.self), column.count <= maximum,
      check(name, { $0.isAsWritten() })
    else { return nil }
    return (0..<column.count).map { column[$0] }
  }
}
