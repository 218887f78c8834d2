extension WebsiteColumns {
  /// Whether a value of a column is this text.
  public func has(
    _ text: String, in column: TextColumn, on executor: ParallelExecutor = ParallelExecutor()
  ) -> Bool {
    dictionary(column).code(of: text, on: executor) != nil
  }

  /// Whether events have properties with this key.
  public func has(propertyKey key: String, on executor: ParallelExecutor = ParallelExecutor()) -> Bool {
    propertyKeys.code(of: key, on: executor) != nil
  }
}
