import CMPI

/// Texts that the MPI library writes into memory it is given.
enum MPIText {
  /// The library's text for an error code, e.g. "MPI_ERR_TRUNCATE: message truncated".
  static func ofError(_ code: Int32) -> String {
    read(capacity: Int(MPI_MAX_ERROR_STRING)) { MPI_Error_string(code, $0, $1) }
      ?? "an error that the MPI library has no text for"
  }

  /// The first line of what the library that is loaded now says of itself, which need not be the
  /// one the program was built with.
  static func ofLibraryVersion() -> String {
    let text = read(capacity: Int(MPI_MAX_LIBRARY_VERSION_STRING)) {
      MPI_Get_library_version($0, $1)
    }
    return text?.split(separator: "\n").first.map(String.init) ?? "unknown MPI library"
  }

  /// The name of the machine that this rank runs on.
  static func ofProcessorName() -> String {
    read(capacity: Int(MPI_MAX_PROCESSOR_NAME)) { MPI_Get_processor_name($0, $1) } ?? "unknown"
  }

  /// Gives `call` room for a text and its length, and reads it back; nil when the call fails.
  private static func read(
    capacity: Int,
    _ call: (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int32>) -> Int32
  ) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity + 1) { room in
      room.initialize(repeating: 0)
      var length: Int32 = 0
      guard call(room.baseAddress, &length) == MPI_SUCCESS else { return nil }
      let used = min(max(Int(length), 0), capacity)
      let text = room[..<used].prefix { $0 != 0 }  // some libraries count the final 0
      return String(decoding: text.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
