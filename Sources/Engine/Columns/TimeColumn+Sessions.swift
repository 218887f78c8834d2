extension TimeColumn {
  /// The times of the last event of every session.
  ///
  /// - Parameter starts: The row at which each session starts, and one more entry for the end of the last.
  func sessionEnds(_ starts: Column<UInt32>) -> TimeColumn {
    let offsets: Offsets =
      switch offsets {
      case .four(let column): .four(lastOfSessions(column, starts))
      case .eight(let column): .eight(lastOfSessions(column, starts))
      }
    return TimeColumn(
      baseMilliseconds: baseMilliseconds, unitMilliseconds: unitMilliseconds, offsets: offsets)
  }

  private func lastOfSessions<Offset>(_ offsets: Column<Offset>, _ starts: Column<UInt32>) -> Column<Offset> {
    let (offsets, starts) = (offsets.span, starts.span)
    return Column(count: starts.count - 1) { ends in
      for session in 0..<starts.count - 1 { ends[session] = offsets[Int(starts[session + 1]) - 1] }
    }
  }
}
