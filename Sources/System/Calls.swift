// Functions of the C library under names that members of other types do not shadow.

/// Calls `read`: returns the number of bytes read, 0 at the end, −1 on an error in `errno`.
public func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

/// Calls `write`: returns the number of bytes written, −1 on an error in `errno`.
public func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

/// Calls `exit`.
public func systemExit(_ code: CInt) -> Never { exit(code) }
