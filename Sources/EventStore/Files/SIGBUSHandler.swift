import System

/// Makes pages of a mapped file that were cut off by a truncation read as zeros. Without the handler, the
/// signal SIGBUS would end the process. The reader of a mapped file checks afterwards whether the file has
/// changed.
///
/// The handler applies to the whole process, so the command installs it, once.
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

/// Maps a page of zeros at the address of a missing page. Any other bus error ends the process, when the
/// instruction is retried.
///
/// Sound: the handler only makes system calls, and nothing at that address was readable before. A page that
/// cannot be read cannot be written either, so shared memory is never silently replaced by private memory.
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

/// The address of the fault.
private func address(_ info: siginfo_t) -> UInt {
  #if canImport(Glibc)
    UInt(bitPattern: info._sifields._sigfault.si_addr)
  #elseif canImport(Musl)
    UInt(bitPattern: info.__si_fields.__sigfault.si_addr)
  #else
    UInt(bitPattern: info.si_addr)
  #endif
}
