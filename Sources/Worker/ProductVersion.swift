/// The version of the command and of its replies' shapes (semantic versioning).
public let productVersion = "0.1.0"
