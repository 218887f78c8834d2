import System

extension BenchmarkError: CustomStringConvertible {
  var description: String {
    switch self {
    case .usage(let sentence): "\(sentence); see benchmark --help"
    case .system(let action, let code): "cannot \(action): \(String(cString: strerror(code)))"
    case .worker(let sentence): sentence
    }
  }
}
