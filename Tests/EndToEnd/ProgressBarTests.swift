import EventStore
import Testing

@testable import Commands

struct ProgressBarTests {
  private func check(_ done: Int, _ total: Int, rows: Int, seconds: Double, _ expected: String) {
    let progress = ReadingProgress(bytesDone: done, bytesTotal: total, rows: rows)
    #expect(ProgressBar(width: 10).line(progress, seconds: seconds) == expected)
  }

  @Test func `a line tells how much is done and how long the rest takes`() {
    check(0, 0, rows: 0, seconds: 0, "[----------] 0 rows")
    check(0, 290_000_000, rows: 0, seconds: 1, "[----------]   0 %  0 of 290 MB  0 rows")
    check(
      145_000_000, 290_000_000, rows: 390_071, seconds: 4,
      "[#####-----]  50 %  145 of 290 MB  390,071 rows  36 MB/s  4 s left")
    check(
      1_000_000, 100_000_000, rows: 999, seconds: 10,
      "[----------]   1 %  1 of 100 MB  999 rows  0 MB/s  16 min left"
    )
    check(
      1_000_000, 2_000_000_000, rows: 1_000, seconds: 10,
      "[----------]   0 %  1 of 2000 MB  1,000 rows  0 MB/s  5 h left")
    check(
      5_000_000, 5_000_000, rows: 1_234_567, seconds: 9,
      "[##########] 100 %  5 of 5 MB  1,234,567 rows  0 MB/s  0 s left")
  }

  @Test func `a file that grew does not overflow the bar`() {
    check(9, 5, rows: 1, seconds: 0, "[##########] 1 rows")
  }

  @Test func `lines are due after a while, and then now and then`() {
    var pace = ProgressPace(firstMilliseconds: 2_000, intervalMilliseconds: 500)
    func check(_ milliseconds: Int64, _ expected: Double?) {
      #expect(pace.secondsIfDue(at: milliseconds) == expected, "at \(milliseconds)")
    }
    check(10_000, nil)
    check(11_999, nil)
    #expect(!pace.hasShown)
    check(12_000, 2)
    #expect(pace.hasShown)
    check(12_499, nil)
    check(12_500, 2.5)
    check(20_000, 10)
  }
}
