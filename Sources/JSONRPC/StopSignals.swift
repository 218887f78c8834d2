import System

/// Has the signals by which a process is asked to end, SIGTERM and SIGINT, turn a switch on instead. A second one
/// ends the process as if nobody had asked for it, which its parent sees.
///
/// It holds for the whole process, so the command calls it, once, from the first thread: those that are made
/// later do not take these signals either. One that whoever has started the process wants ignored stays so.
public func turnOnBySignals(_ stop: StopSwitch) throws(TransportError) {
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in [SIGTERM, SIGINT] where !isIgnored(number) { sigaddset(&signals, number) }
  pthread_sigmask(SIG_BLOCK, &signals, nil)
  let awaited = signals
  _ = try startThread {
    var awaited = awaited
    var number: Int32 = 0
    if sigwait(&awaited, &number) != 0 { return }
    stop.turnOn()
    if sigwait(&awaited, &number) != 0 { return }
    signal(number, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &awaited, nil)
    raise(number)
  }
}

private func isIgnored(_ number: Int32) -> Bool {
  var action = sigaction()
  sigaction(number, nil, &action)
  #if canImport(Glibc)
    let handler = action.__sigaction_handler.sa_handler
  #elseif canImport(Musl)
    let handler = action.__sa_handler.sa_handler
  #else
    let handler = action.__sigaction_u.__sa_handler
  #endif
  return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}
