// Calls of the C library under names that the members of other types do not hide.

/// `read`: the number of bytes read, 0 at the end, −1 where `errno` says why.
public func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

/// `write`: the number of bytes written, −1 where `errno` says why.
public func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

/// `exit`.
public func systemExit(_ code: CInt) -> Never { exit(code) }
