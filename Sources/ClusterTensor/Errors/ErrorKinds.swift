import TensorCore

extension ClusterError {
  /// The cases of `ClusterError`.
  public enum Kind: String, ErrorKind {
    /// `ClusterError.oneRank`.
    case oneRank
    /// `ClusterError.duplicateName`.
    case duplicateName
    /// `ClusterError.invalidName`.
    case invalidName
    /// `ClusterError.cannotLaunch`.
    case cannotLaunch
    /// `ClusterError.wrongNumberOfNames`.
    case wrongNumberOfNames
    /// `ClusterError.unexpectedName`.
    case unexpectedName
    /// `ClusterError.unknownWorker`.
    case unknownWorker
    /// `ClusterError.versionMismatch`.
    case versionMismatch
    /// `ClusterError.handshakeFailed`.
    case handshakeFailed
    /// `ClusterError.notJoined`.
    case notJoined
    /// `ClusterError.notColocated`.
    case notColocated
    /// `ClusterError.usedPointer`.
    case usedPointer
    /// `ClusterError.notPermitted`.
    case notPermitted
    /// `ClusterError.failedAtWorker`.
    case failedAtWorker
    /// `ClusterError.failuresNobodyRead`.
    case failuresNobodyRead
    /// `ClusterError.unknownData`.
    case unknownData
    /// `ClusterError.timedOut`.
    case timedOut
    /// `ClusterError.workerLost`.
    case workerLost
    /// `ClusterError.protocolViolation`.
    case protocolViolation
    /// `ClusterError.mpi`.
    case mpi
  }

  /// Which case it is.
  public var kind: Kind {
    switch self {
    case .oneRank: .oneRank
    case .duplicateName: .duplicateName
    case .invalidName: .invalidName
    case .cannotLaunch: .cannotLaunch
    case .wrongNumberOfNames: .wrongNumberOfNames
    case .unexpectedName: .unexpectedName
    case .unknownWorker: .unknownWorker
    case .versionMismatch: .versionMismatch
    case .handshakeFailed: .handshakeFailed
    case .notJoined: .notJoined
    case .notColocated: .notColocated
    case .usedPointer: .usedPointer
    case .notPermitted: .notPermitted
    case .failedAtWorker: .failedAtWorker
    case .failuresNobodyRead: .failuresNobodyRead
    case .unknownData: .unknownData
    case .timedOut: .timedOut
    case .workerLost: .workerLost
    case .protocolViolation: .protocolViolation
    case .mpi: .mpi
    }
  }
}

extension ClusterError.Kind {
  public var name: String { "ClusterError.\(rawValue)" }

  public var cause: String {
    switch self {
    case .oneRank: "The program was started as one rank, so there is nobody to send a tensor to."
    case .duplicateName: "Two ranks have the same name."
    case .invalidName:
      "A worker's name is empty, reserved, too long or has characters that none may have."
    case .cannotLaunch: "`launch` or `addWorker` where no processes can be started."
    case .wrongNumberOfNames:
      "`join` was given more or fewer names than there are ranks besides its own."
    case .unexpectedName: "A rank brought another name than `join` was given for it."
    case .unknownWorker: "`cluster[…]` with a name that no worker has."
    case .versionMismatch: "A rank runs a build that speaks another version of the protocol."
    case .handshakeFailed:
      "A rank did not introduce itself within `handshakeDeadline`, or could not serve."
    case .notJoined:
      "A call outside of the time between `join` or `launch` and `leave`, or ranks that never joined."
    case .notColocated: "The operands are at different workers."
    case .usedPointer: "The pointer's object was brought home by `get()`."
    case .notPermitted: "The rules of the data's owner forbid it."
    case .failedAtWorker:
      "An instruction failed where it ran: its result was read, or that of something computed from it."
    case .failuresNobodyRead:
      "Instructions failed and nobody read their results before the driver left."
    case .unknownData: "The worker loaded no table under the name."
    case .timedOut: "The worker did not answer within `deadline`."
    case .workerLost: "The worker's process has ended or did not answer any more."
    case .protocolViolation: "A peer sent what the protocol does not allow."
    case .mpi: "A call of the MPI library returned an error code."
    }
  }

  public var remedy: String {
    switch self {
    case .oneRank: "Start the program with mpirun on two or more ranks, or call `launch`."
    case .duplicateName: "Give every worker a name of its own."
    case .invalidName: "Choose another name."
    case .cannotLaunch: "Start the program by the mpirun line in the text."
    case .wrongNumberOfNames:
      "Give one name for each worker, or none, or start more or fewer ranks."
    case .unexpectedName: "Give names in the order of the ranks, or none."
    case .unknownWorker: "Use one of the names in the text."
    case .versionMismatch: "Run the same build on every rank."
    case .handshakeFailed:
      "Look at what that rank runs, or set a longer `ClusterOptions.handshakeDeadline`."
    case .notJoined: "Join once, keep the cluster, and use pointers before `leave`."
    case .notColocated: "Bring one operand home with `get()` and send it to where the other one is."
    case .usedPointer: "Use what `get()` returned, or `fetch()` where the object is to stay."
    case .notPermitted: "Compute at the worker and read the result."
    case .failedAtWorker:
      "Correct the operation that the text names; the session goes on, and so do all other pointers."
    case .failuresNobodyRead:
      "Read results whose failure matters, or call `barrier()` while looking for it."
    case .unknownData: "Use one of the names in the text, or start the worker with a data folder."
    case .timedOut: "Try again: nothing was lost. Or set a longer `cluster.deadline`."
    case .workerLost:
      "Go on with the other workers; what the lost one held must be sent anew elsewhere."
    case .protocolViolation: "Run the same build on every rank; the worker cannot be used any more."
    case .mpi: "Look up the library's text; check the network and how the job was started."
    }
  }
}

extension Failure.Kind: ErrorKind {
  public var name: String { "Failure.Kind.\(self)" }

  public var cause: String {
    switch self {
    case .shape:
      "The shapes do not fit where the instruction ran; the driver checks them beforehand."
    case .dtype:
      "The dtypes do not fit where the instruction ran; the driver checks them beforehand."
    case .argument: "An element that says where to look, such as an index, is out of range."
    case .missingObject:
      "The instruction names an object that the worker does not hold, or not any more."
    case .outOfMemory: "The worker has no memory for the result."
    case .notPermitted: "The worker's rules forbid it."
    case .protocolViolation:
      "The instruction breaks the protocol; the worker has left all as it was."
    case .unknownOperation: "The worker's build does not know the operation."
    case .divisionByZero: "An integer divisor at the worker holds a 0."
    }
  }

  public var remedy: String {
    switch self {
    case .shape, .dtype, .unknownOperation, .protocolViolation:
      "Run the same build on every rank; if they are, report it."
    case .argument: "Correct the operand that holds the indices, within the range in the text."
    case .missingObject: "Keep the pointer that owns the object as long as it is needed."
    case .outOfMemory: "Work in smaller parts, or let pointers go; the worker goes on."
    case .notPermitted: "Compute at the worker and read the result."
    case .divisionByZero: "Replace the zeros, or cast to a floating-point dtype first."
    }
  }
}
