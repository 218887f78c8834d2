// Gathers columns in row order from values in input order.

extension Column {
  /// Gathers the values of the events whose staged numbers are `arrivals`.
  init(gathering values: [Element], at arrivals: ArraySlice<UInt32>) {
    self.init(count: arrivals.count) { output in
      let values = values.span
      arrivals.withUnsafeBufferPointer { arrivals in
        for row in arrivals.indices { output[row] = values[Int(arrivals[row])] }
      }
    }
  }
}

extension CodeColumn {
  /// Gathers the codes of the events whose staged numbers are `arrivals`.
  init<Code: FixedWidthInteger & BitwiseCopyable & Sendable>(
    gathering codes: [Code], at arrivals: ArraySlice<UInt32>
  ) {
    var largest: Code = 0
    let column = Column<Code>(count: arrivals.count) { output in
      let codes = codes.span
      arrivals.withUnsafeBufferPointer { arrivals in
        for row in arrivals.indices {
          let code = codes[Int(arrivals[row])]
          largest = max(largest, code)
          output[row] = code
        }
      }
    }
    switch UInt32(largest) {
    case ...UInt32(UInt8.max): self = .one(Self.narrow(column))
    case ...UInt32(UInt16.max): self = .two(Self.narrow(column))
    default: self = .four(Self.narrow(column))
    }
  }

  private static func narrow<
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
  /// Gathers the times, in milliseconds since 1970, of the events whose staged numbers are `arrivals`.
  init(gathering times: [Int64], at arrivals: ArraySlice<UInt32>) {
    let times = gather(times, at: arrivals)
    self.init(count: times.count) { times[$0] }
  }
}

private func gather<Value: BitwiseCopyable>(_ values: [Value], at arrivals: ArraySlice<UInt32>) -> [Value] {
  Array(unsafeUninitializedCapacity: arrivals.count) { output, count in
    let values = values.span
    arrivals.withUnsafeBufferPointer { arrivals in
      for row in arrivals.indices { output[row] = values[Int(arrivals[row])] }
    }
    count = arrivals.count
  }
}
