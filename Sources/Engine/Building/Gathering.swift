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
  /// The codes of the events with these numbers of arrival. Looks at them twice, for the largest first: a copy
  /// would cost more, since its memory is new.
  init(gathering codes: [UInt32], at arrivals: ArraySlice<UInt32>) {
    let codes = codes.span
    var largest: UInt32 = 0
    for arrival in arrivals { largest = max(largest, codes[Int(arrival)]) }
    switch largest {
    case ...UInt32(UInt8.max): self = .one(Self.narrow(codes, at: arrivals))
    case ...UInt32(UInt16.max): self = .two(Self.narrow(codes, at: arrivals))
    default: self = .four(Self.narrow(codes, at: arrivals))
    }
  }

  private static func narrow<Code: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ codes: Span<UInt32>, at arrivals: ArraySlice<UInt32>
  ) -> Column<Code> {
    Column(count: arrivals.count) { output in
      arrivals.withUnsafeBufferPointer { arrivals in
        for row in arrivals.indices { output[row] = Code(truncatingIfNeeded: codes[Int(arrivals[row])]) }
      }
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
