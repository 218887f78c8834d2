/// Makes an empty store at `path`, to which events are appended. One that is there already stays as it is.
///
/// - Returns: whether there was none.
///
/// Throws `unusableFile` where the file is anything else, and what stands against writing it.
public func createStore(at path: String) throws(StoreError) -> Bool {
  let isNew = (FileIdentity(path: path)?.byteCount ?? 0) == 0
  _ = try StoreSchema.openForWriting(path)
  return isNew
}
