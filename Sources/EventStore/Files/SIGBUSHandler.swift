import System

/// Lets the pages of a mapped file that are not in it any more, because somebody has cut it short, read as
/// zeros, where the signal SIGBUS would end the process. Whoever reads a mapped file asks afterwards whether
/// it is still what it was.
///
/// It holds for the whole process, so the command calls it, once.
public func mapTruncatedPagesToZeros() {
  var action = sigaction()
  action.sa_flags = CInt(truncatingIfNeeded: SA_SIGINFO)
  #if canImport(Glibc)
    action.__sigaction_handler.sa_sigaction = mapZeroPage
  #elseif canImport(Musl)
    action.__sa_handler.sa_sigaction = mapZeroPage
  #else
    action.__sigaction_u.__sa_sigaction = mapZeroPage
  #endif
  sigaction(SIGBUS, &action, nil)
}

/// Puts a page of zeros where a page is missing. Any other bus error ends the process, once the instruction
/// is tried again.
///
/// Sound: it calls the system and nothing else, and nothing could be read at that place before. What cannot
/// be read cannot be written either, so memory that is shared with others never becomes ours unseen.
private func mapZeroPage(
  _ number: CInt, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
  let code = errno
  defer { errno = code }
  let size = Int(getpagesize())
  guard let info, info.pointee.si_code == CInt(truncatingIfNeeded: BUS_ADRERR),
    let page = UnsafeMutableRawPointer(bitPattern: address(info.pointee) / UInt(size) * UInt(size)),
    mmap(page, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED
  else {
    signal(SIGBUS, SIG_DFL)
    return
  }
}

/// Where the error was met.
private func address(_ info: siginfo_t) -> UInt {
  #if canImport(Glibc)
    UInt(bitPattern: info._sifields._sigfault.si_addr)
  #elseif canImport(Musl)
    UInt(bitPattern: info.__si_fields.__sigfault.si_addr)
  #else
    UInt(bitPattern: info.si_addr)
  #endif
}
