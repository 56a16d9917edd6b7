import CMPI
import Synchronization

/// The MPI library while it is in use. Nothing else initializes or finalizes MPI.
///
/// One at most exists in a process, as MPI allows no second start. Whoever calls into it takes care
/// that one thread does so at a time (MPI_THREAD_SERIALIZED).
package final class MPIRuntime: Sendable {
  /// All ranks of the job, in a duplicate of MPI_COMM_WORLD: messages on it never meet those of a
  /// program that uses MPI itself.
  package let world: Communicator
  /// First line of what the library says of itself at run time, e.g. "Open MPI v4.1.4, …".
  package let libraryVersion: String
  /// Version of the MPI standard that the library implements, e.g. "3.1".
  package let standardVersion: String
  /// Name of the machine that this rank runs on.
  package let processorName: String
  /// Whether MPI was started here; what somebody else started is not finalized here.
  private let startedHere: Bool

  /// This rank's number.
  package var rank: Int { world.rank }
  /// Number of ranks in the job.
  package var size: Int { world.size }

  /// Where the process stands; MPI can be started once and not again.
  private enum State {
    /// `start` was not called yet.
    case notStarted
    /// Started by `start`.
    case running(MPIRuntime)
    /// Over for good.
    case finalized
  }
  /// Where this process stands.
  private static let state = Mutex(State.notStarted)

  /// Starts MPI, or returns what an earlier call started.
  ///
  /// Collective: every rank of the job must call it. Errors of MPI calls are returned from then on
  /// and thrown as `ClusterError.mpi`. Throws `ClusterError.mpi` when the library cannot be called
  /// from one thread at a time or does not start, `.notJoined` after `finalize`. Costs 0.1 to 1 s.
  package static func start() throws(ClusterError) -> MPIRuntime {
    try state.withLock { (state) throws(ClusterError) -> MPIRuntime in
      switch state {
      case .running(let runtime): return runtime
      case .finalized: throw finalizedError
      case .notStarted: break
      }
      let runtime = try MPIRuntime()
      state = .running(runtime)
      return runtime
    }
  }

  /// Whether MPI can be called: started by anybody and not yet finalized.
  package static var isRunning: Bool {
    var initialized: Int32 = 0
    var finalized: Int32 = 0
    guard MPI_Initialized(&initialized) == MPI_SUCCESS, MPI_Finalized(&finalized) == MPI_SUCCESS
    else { return false }
    return initialized != 0 && finalized == 0
  }

  /// Ends MPI in this process; a second call does nothing.
  ///
  /// Collective: waits for the other ranks to do the same, without a deadline, so a program that
  /// has lost a rank should exit without it. Close every transport first. Throws
  /// `ClusterError.mpi`.
  package func finalize() throws(ClusterError) {
    try Self.state.withLock { (state) throws(ClusterError) in
      if case .finalized = state { return }
      state = .finalized
      guard startedHere, Self.isRunning else { return }
      try check(MPI_Finalize(), "MPI_Finalize")
    }
  }

  /// Ends MPI in this process without waiting for the other ranks, some of which may be gone or stay: the
  /// process must not call MPI any more and may end when it wants to, with a status of its own. Does
  /// nothing where MPI does not run, was not started here, or has no such end. Waits for no rank.
  package static func departIfRunning() {
    // Whoever waits in `finalize` for ranks that do not come holds the lock.
    guard isRunning, wasStartedHere.load(ordering: .relaxed) else { return }
    _ = cmpi_depart()
  }

  private static let wasStartedHere = Atomic(false)

  /// Starts the library, or finds it started, and looks at what it is.
  private init() throws(ClusterError) {
    var finalized: Int32 = 0
    try check(MPI_Finalized(&finalized), "MPI_Finalized")
    if finalized != 0 { throw Self.finalizedError }
    var initialized: Int32 = 0
    try check(MPI_Initialized(&initialized), "MPI_Initialized")
    startedHere = initialized == 0

    let wanted = Int32(MPI_THREAD_SERIALIZED)
    var level: Int32 = 0
    Self.wasStartedHere.store(startedHere, ordering: .relaxed)
    if startedHere {
      try check(MPI_Init_thread(nil, nil, wanted, &level), "MPI_Init_thread")
    } else {
      try check(MPI_Query_thread(&level), "MPI_Query_thread")
    }
    libraryVersion = MPIText.ofLibraryVersion()
    processorName = MPIText.ofProcessorName()
    guard level >= wanted else {
      throw .mpi(
        call: startedHere ? "MPI_Init_thread" : "MPI_Query_thread", code: Int(level),
        text: "\(libraryVersion) provides thread level \(level), but ClusterTensor needs "
          + "\(wanted) (MPI_THREAD_SERIALIZED): use an MPI library that was built with threads, "
          + "or start MPI with that level")
    }
    var version: Int32 = 0
    var subversion: Int32 = 0
    try check(MPI_Get_version(&version, &subversion), "MPI_Get_version")
    standardVersion = "\(version).\(subversion)"

    let everybody = try Communicator(wrapping: cmpi_comm_world())
    try everybody.returnErrors()
    try Communicator(wrapping: cmpi_comm_self()).returnErrors()
    world = try everybody.duplicate()
    try world.returnErrors()
  }

  /// What a start after the end throws.
  private static var finalizedError: ClusterError {
    .notJoined(
      reason: "MPI was finalized in this process and cannot be started a second time: "
        + "join one cluster a process")
  }
}
