import Foundation

/// A disk of 2 MB that can be filled to the last byte. It is made of memory, which takes the right to mount.
final class SmallDisk {
  static let bytes = 2 << 20

  let folder: String

  /// Whether there can be one here: tests that need it are skipped elsewhere, and say so.
  static let isPossible = (try? SmallDisk()) != nil

  init() throws {
    folder =
      FileManager.default.temporaryDirectory.appendingPathComponent("footfall-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    do {
      try Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(Self.bytes),mode=0755", "none", folder)
    } catch {
      rmdir(folder)
      throw error
    }
  }

  deinit {
    try? Self.run("/bin/umount", "-l", folder)
    rmdir(folder)
  }

  /// Makes it one that can only be read, `ro`, or one that can be written, `rw`.
  func remount(_ mode: String) throws { try Self.run("/bin/mount", "-o", "remount,\(mode)", folder) }

  private static func run(_ command: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw POSIXError(.EPERM) }
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Takes all the room that is left, but for some.
  func fill(leaving rest: Int = 0) throws {
    let descriptor = open(path("filler"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
    defer { close(descriptor) }
    let piece = [UInt8](repeating: 1, count: 4096)
    while write(descriptor, piece, piece.count) > 0 {}
    if rest > 0 {
      let size = try FileManager.default.attributesOfItem(atPath: path("filler"))[.size] as? Int ?? 0
      ftruncate(descriptor, off_t(max(size - rest, 0)))
    }
  }

  func empty() { unlink(path("filler")) }
}
