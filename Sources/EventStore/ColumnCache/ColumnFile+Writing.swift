import Engine

extension ColumnFile {
  /// Writes `sections` into a file of `folder` whose name is `prefix`, a checksum of what is in it, which is made
  /// with `key`, and `suffix`. A file is written beside and renamed: under its name it is always whole.
  static func write(
    _ sections: [StoredSection], to folder: OpenCacheFolder, key: CacheKey, prefix: String, suffix: String
  ) throws(StoreError) -> ColumnFileReference {
    var table: [UInt8] = []
    var end = alignment * (1 + sections.count)
    for section in sections {
      table += entry(section, start: end, key)
      end = aligned(end + section.bytes.count)
    }
    let tableChecksum = key.checksum(table, of: .table)
    let name = "\(prefix)-\(hexadecimal(tableChecksum))\(suffix)"
    let header = header(byteCount: end, sections: sections.count, tableChecksum)
    try folder.replace(name) { file throws(StoreError) in
      try file.write(header + table)
      for section in sections {
        try file.write(section.bytes)
        try file.write([UInt8](repeating: 0, count: aligned(section.bytes.count) - section.bytes.count))
      }
    }
    return ColumnFileReference(name: name, byteCount: end, tableChecksum: tableChecksum)
  }

  private static func header(byteCount: Int, sections: Int, _ tableChecksum: UInt64) -> [UInt8] {
    let words = [magic, version, UInt64(byteCount), UInt64(sections), tableChecksum, 0, 0, 0]
    return words.withUnsafeBytes { Array($0) }
  }

  private static func entry(_ section: StoredSection, start: Int, _ key: CacheKey) -> [UInt8] {
    precondition(section.name.utf8.count < nameBytes)
    let name = Array(section.name.utf8)
    let words = [
      UInt64(section.width), UInt64(start), UInt64(section.bytes.count),
      key.checksum(section.bytes, of: .section),
    ]
    return name + Array(repeating: 0, count: nameBytes - name.count) + words.withUnsafeBytes { Array($0) }
  }

  private static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

/// 16 digits.
func hexadecimal(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
