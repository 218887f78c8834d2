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
  /// The codes of the events with these numbers of arrival.
  init(gathering codes: [UInt32], at arrivals: ArraySlice<UInt32>) {
    self.init(narrowing: gather(codes, at: arrivals))
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
