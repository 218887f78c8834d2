/// The limits of *data*: of what visitors of websites, imports and appended events may bring.
///
/// The limits of requests stand in `Worker/Limits.swift` and `JSONRPC/MessageLimits.swift`. Each limit here has a
/// test on both sides. What is beyond one is refused with an error that names it (imports, appends) or, in events of
/// visitors that are stored already, left out and counted in the diagnostics.
public enum DataLimits {
}
