import Foundation

/// How mpirun started this process, as its environment says: known before MPI is.
enum Launch {
  /// This process's rank, or nil without mpirun.
  static let rank: Int? = {
    let environment = ProcessInfo.processInfo.environment
    for name in ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"] {
      if let rank = environment[name].flatMap(Int.init) { return rank }
    }
    return nil
  }()

  /// Whether this is the rank that speaks.
  static var isFirstRank: Bool { (rank ?? 0) == 0 }
}

/// Ctrl-C.
enum Interruption {
  /// Makes an interrupt end the program with status 128 + SIGINT; mpirun then ends the other ranks.
  static func endsTheProgram() {
    // Nothing but this is allowed in a signal's handler.
    signal(SIGINT) { _ in _exit(130) }
  }
}
