// Columns in the order of rows, from values in order of arrival.

extension Column {
  /// The values of the events with these numbers of arrival.
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
  /// The codes, each below `codeCount`, of the events with these numbers of arrival.
  init(gathering codes: [UInt32], below codeCount: Int, at arrivals: ArraySlice<UInt32>) {
    switch codeCount {
    case ...(1 << 8): self = .one(Self.gather(codes.span, at: arrivals).column)
    case ...(1 << 16):
      let (column, largest) = Self.gather(codes.span, at: arrivals) as (Column<UInt16>, UInt16)
      self = largest <= UInt8.max ? .one(Self.narrow(column)) : .two(column)
    default:
      let (column, largest) = Self.gather(codes.span, at: arrivals) as (Column<UInt32>, UInt32)
      switch largest {
      case ...UInt32(UInt8.max): self = .one(Self.narrow(column))
      case ...UInt32(UInt16.max): self = .two(Self.narrow(column))
      default: self = .four(column)
      }
    }
  }

  private static func gather<Code: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ codes: Span<UInt32>, at arrivals: ArraySlice<UInt32>
  ) -> (column: Column<Code>, largest: Code) {
    var largest: Code = 0
    let column = Column<Code>(count: arrivals.count) { output in
      arrivals.withUnsafeBufferPointer { arrivals in
        for row in arrivals.indices {
          let code = Code(truncatingIfNeeded: codes[Int(arrivals[row])])
          largest = max(largest, code)
          output[row] = code
        }
      }
    }
    return (column, largest)
  }

  private static func narrow<
    Wide: FixedWidthInteger & BitwiseCopyable & Sendable, Code: FixedWidthInteger & BitwiseCopyable & Sendable
  >(_ codes: Column<Wide>) -> Column<Code> {
    Column(count: codes.count) { output in
      let codes = codes.span
      for row in codes.indices { output[row] = Code(truncatingIfNeeded: codes[row]) }
    }
  }
}

extension TimeColumn {
  /// The times, in milliseconds since 1970, of the events with these numbers of arrival.
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
