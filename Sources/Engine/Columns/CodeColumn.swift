/// A column of dictionary codes (or other small numbers), as narrow as its largest code allows.
enum CodeColumn: Sendable {
  case one(Column<UInt8>)
  case two(Column<UInt16>)
  case four(Column<UInt32>)

  /// Creates a column of `count` codes, none above `largest`; `code` returns the code of a row.
  init(count: Int, largest: UInt32, code: (Int) -> UInt32) {
    switch largest {
    case ...UInt32(UInt8.max): self = .one(Self.packed(count, code))
    case ...UInt32(UInt16.max): self = .two(Self.packed(count, code))
    default: self = .four(Self.packed(count, code))
    }
  }

  private static func packed<Code: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ count: Int, _ code: (Int) -> UInt32
  ) -> Column<Code> {
    Column(count: count) { codes in
      for row in 0..<count { codes[row] = Code(code(row)) }
    }
  }

  var count: Int {
    switch self {
    case .one(let column): column.count
    case .two(let column): column.count
    case .four(let column): column.count
    }
  }

  subscript(row: Int) -> UInt32 {
    switch self {
    case .one(let column): UInt32(column[row])
    case .two(let column): UInt32(column[row])
    case .four(let column): column[row]
    }
  }
}
