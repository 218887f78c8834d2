import System

/// Who may use the files of a cache: exactly those users who may use the files from which its columns are
/// built. SQLite applies the same rule to the files next to a database. If there are several source files,
/// the most restrictive one counts.
struct CacheAccess {
  /// The owner of all sources; nil if they have several owners.
  private let owner: uid_t?
  /// The group of all sources; nil if they have several groups.
  private let group: gid_t?
  /// The permissions of a cache file. Its owner may always read and write.
  let fileMode: mode_t

  /// The permissions of the cache directory: users who may read its files may enter it.
  var folderMode: mode_t { fileMode | (fileMode & 0o444) >> 2 | 0o700 }

  private static let permissions: mode_t = 0o777
  private static let groupPermissions: mode_t = 0o070
  private static let writing: mode_t = 0o022

  /// Uses the current permissions of the files at `paths`. If a file cannot be inspected, only the owner gets
  /// access.
  init(sources paths: [String]) {
    var (owners, groups): (Set<uid_t>, Set<gid_t>) = ([], [])
    var mode: mode_t = paths.isEmpty ? 0 : 0o666
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else {
        mode = 0
        continue
      }
      owners.insert(status.st_uid)
      groups.insert(status.st_gid)
      mode &= status.st_mode
    }
    owner = owners.count == 1 ? owners.first : nil
    group = groups.count == 1 ? groups.first : nil
    // Members of one group must not see what only members of another may see.
    fileMode = (group == nil ? mode & ~Self.groupPermissions : mode) | 0o600
  }

  /// Whether it belongs to this user or to the owner of the sources.
  func isOwn(_ status: stat) -> Bool { status.st_uid == geteuid() || status.st_uid == owner }

  /// Why a user without write access to the sources may have planted a file or directory, or part of it; nil
  /// if that is impossible. Hard links do no harm if nothing is read from the file and nothing is written to
  /// it.
  func reasonForDistrust(of status: stat, mayHaveOtherNames: Bool = false) -> String? {
    guard isOwn(status) else {
      return "it belongs to another user (uid \(status.st_uid))"
    }
    let groupMayWrite = status.st_mode & Self.writing & Self.groupPermissions != 0
    guard status.st_mode & Self.writing & ~fileMode == 0, !groupMayWrite || status.st_gid == group else {
      return "users who cannot write to the source files can write to it"
    }
    if !mayHaveOtherNames, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 {
      return "it has more than one hard link"
    }
    return nil
  }

  /// Sets the owner (if this process may), the group and the permissions of a new file or directory.
  func apply(to descriptor: CInt, isFolder: Bool) -> Bool {
    var mode = isFolder ? folderMode : fileMode
    if geteuid() == 0, let owner { _ = fchown(descriptor, owner, .max) }
    if let group, !setGroup(descriptor, group) { mode &= ~Self.groupPermissions }
    return fchmod(descriptor, mode) == 0
  }

  /// Removes access to a directory for users who may no longer read the sources. If this process may not
  /// change the permissions, they stay.
  func restrict(folder descriptor: CInt, _ status: stat) {
    let mode = status.st_mode & Self.permissions
    if mode & ~folderMode != 0 { _ = fchmod(descriptor, mode & folderMode) }
  }

  private func setGroup(_ descriptor: CInt, _ group: gid_t) -> Bool {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_gid == group { return true }
    // The largest number means: leave the owner unchanged.
    return fchown(descriptor, .max, group) == 0
  }
}
