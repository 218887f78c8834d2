// Gathers columns in row order from values in input order.

extension Column {
  /// Gathers the values of the events whose staged numbers are `inputIndices`.
  init(gathering values: [Element], at inputIndices: ArraySlice<UInt32>) {
    self.init(count: inputIndices.count) { output in
      let values = values.span
      inputIndices.withUnsafeBufferPointer { inputIndices in
        for row in inputIndices.indices { output[row] = values[Int(inputIndices[row])] }
      }
    }
  }
}

extension CodeColumn {
  /// Gathers the codes of the events whose staged numbers are `inputIndices`.
  init<Code: FixedWidthInteger & BitwiseCopyable & Sendable>(
    gathering codes: [Code], at inputIndices: ArraySlice<UInt32>
  ) {
    var largest: Code = 0
    let column = Column<Code>(count: inputIndices.count) { output in
      let codes = codes.span
      inputIndices.withUnsafeBufferPointer { inputIndices in
        for row in inputIndices.indices {
          let code = codes[Int(inputIndices[row])]
          largest = max(largest, code)
          output[row] = code
        }
      }
    }
    switch UInt32(largest) {
    case ...UInt32(UInt8.max): self = .one(Self.packed(column))
    case ...UInt32(UInt16.max): self = .two(Self.packed(column))
    default: self = .four(Self.packed(column))
    }
  }

  private static func packed<
    Wide: FixedWidthInteger & BitwiseCopyable & Sendable, Code: FixedWidthInteger & BitwiseCopyable & Sendable
  >(_ codes: Column<Wide>) -> Column<Code> {
    if let codes = codes as? Column<Code> { return codes }
    return Column(count: codes.count) { output in
      let codes = codes.span
      for row in codes.indices { output[row] = Code(truncatingIfNeeded: codes[row]) }
    }
  }
}

extension TimeColumn {
  /// Gathers the times, in milliseconds since 1970, of the events whose staged numbers are `inputIndices`.
  init(gathering times: [Int64], at inputIndices: ArraySlice<UInt32>) {
    let times = gather(times, at: inputIndices)
    self.init(count: times.count) { times[$0] }
  }
}

private func gather<Value: BitwiseCopyable>(_ values: [Value], at inputIndices: ArraySlice<UInt32>) -> [Value]
{
  Array(unsafeUninitializedCapacity: inputIndices.count) { output, count in
    let values = values.span
    inputIndices.withUnsafeBufferPointer { inputIndices in
      for row in inputIndices.indices { output[row] = values[Int(inputIndices[row])] }
    }
    count = inputIndices.count
  }
}
