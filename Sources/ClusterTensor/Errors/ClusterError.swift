import TensorCore

/// What can go wrong between workers. Every text says what was asked, the values that clash and
/// what to do; none holds element values.
public enum ClusterError: Error, Equatable, Sendable {
  /// The program runs as a single rank, so there is no worker to talk to.
  case oneRank
  /// Two workers were given the same name.
  case duplicateName(String)
  /// A worker was given a name that is empty or reserved.
  case invalidName(String, reason: String)
  /// Workers cannot be started from here; the command starts them.
  case cannotLaunch(reason: String, command: String)
  /// More or fewer names than ranks.
  case wrongNumberOfNames(names: Int, workers: Int)
  /// A worker introduced itself with another name than the driver gave its rank.
  case unexpectedName(rank: Int, expected: String, found: String)
  /// `cluster["…"]` with a name that no worker has.
  case unknownWorker(String, known: [String])
  /// A rank speaks another version of the wire protocol.
  case versionMismatch(worker: String, theirs: Int, ours: Int)
  /// A rank did not introduce itself in time, or not as the protocol says.
  case handshakeFailed(rank: Int, reason: String)
  /// `join` was called twice, or a cluster was used after `leave`.
  case notJoined(reason: String)
  /// Operands live at different workers.
  case notColocated(operation: String, locations: [String])
  /// The pointer's object was brought home by `get` or is otherwise gone.
  case usedPointer(address: String, reason: String)
  /// The data owner's rules forbid it.
  case notPermitted(worker: String, what: String)
  /// An instruction failed at the worker. Whatever is computed from its result fails so too.
  case failedAtWorker(worker: String, Failure)
  /// Instructions failed at workers and nobody read their results; said on leaving.
  case failuresNobodyRead([String])
  /// A worker loaded no data under the name.
  case unknownData(String, worker: String, known: [String])
  /// The deadline passed. Pointers and objects are as they were; the read can be tried again.
  case timedOut(worker: String, waitingFor: String, seconds: Double)
  /// The worker's process is gone.
  case workerLost(worker: String, reason: String)
  /// A peer sent what the protocol does not allow, or disagrees about a shape.
  case protocolViolation(worker: String, reason: String)
  /// An MPI call returned an error code.
  case mpi(call: String, code: Int, text: String)
}

/// A failure that a worker recorded under the result ids of an instruction.
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of failure it is; part of the wire format, append only.
  public enum Kind: UInt16, Sendable, CaseIterable {
    /// Shapes that the operation cannot combine, or that no tensor can have.
    case shape = 1
    /// Dtypes that the operation is not defined for.
    case dtype = 2
    /// An argument, position or value that the operation does not take.
    case argument = 3
    /// The worker holds no object or data of that id or name.
    case missingObject = 4
    /// Memory for a result could not be had.
    case outOfMemory = 5
    /// The data owner's rules forbid it.
    case notPermitted = 6
    /// Bytes that make no sense as an instruction.
    case protocolViolation = 7
    /// An op code that the worker's catalogue lacks.
    case unknownOperation = 8
    // 9 was for files, which no instruction reads.
    /// An integer divisor that is 0.
    case divisionByZero = 10
  }
  /// What kind of failure it is.
  public let kind: Kind
  /// Name of the operation that failed, as in the catalogue.
  public let operation: String
  /// What was wrong: a sentence with operation, shapes and dtypes, without element values.
  public let text: String

  /// The failure of an operation; `text` must not hold element values.
  public init(kind: Kind, operation: String, text: String) {
    self.kind = kind
    self.operation = operation
    self.text = text
  }

  public var description: String { text }
}

extension ClusterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .oneRank:
      "this program runs as one rank, so there is no worker: start it with mpirun, "
        + "e.g. mpirun -n 3 PROGRAM for two workers"
    case .duplicateName(let name):
      "two workers are called \"\(name)\": give every worker a name of its own"
    case .invalidName(let name, let reason):
      "\"\(name)\" cannot be a worker's name: \(reason)"
    case .cannotLaunch(let reason, let command):
      "workers cannot be started from here: \(reason): start them with mpirun instead: \(command)"
    case .wrongNumberOfNames(let names, let workers):
      "\(names) worker names were given, but there are \(workers) ranks besides the driver: "
        + "start mpirun with -n \(names + 1) or give \(workers) names"
    case .unexpectedName(let rank, let expected, let found):
      "rank \(rank) calls itself \"\(found)\", but the driver expected \"\(expected)\": "
        + "give names in the order of the ranks, or none and let the workers say theirs"
    case .unknownWorker(let name, let known):
      "there is no worker \"\(name)\": the workers are \(known.joined(separator: ", "))"
    case .versionMismatch(let worker, let theirs, let ours):
      "\(worker) speaks version \(theirs) of the protocol, this program version \(ours): "
        + "run the same build of ClusterTensor on every rank"
    case .handshakeFailed(let rank, let reason):
      "rank \(rank) did not join: \(reason)"
    case .notJoined(let reason):
      reason
    case .notColocated(let operation, let locations):
      "\(operation) needs its operands at one worker, but they are at "
        + "\(locations.joined(separator: " and ")): get() one of them and send it to the other's "
        + "location first"
    case .usedPointer(let address, let reason):
      "the pointer to \(address) cannot be used any more: \(reason)"
    case .notPermitted(let worker, let what):
      "\(worker) does not permit it: \(what)"
    case .failedAtWorker(let worker, let failure):
      "at \(worker), \(failure)"
    case .failuresNobodyRead(let failures):
      (["failures whose results nobody read:"] + failures.map { "  \($0)" }).joined(separator: "\n")
    case .unknownData(let name, let worker, let known):
      known.isEmpty
        ? "\(worker) holds no data called \"\(name)\": it loaded none; start it with a data folder"
        : "\(worker) holds no data called \"\(name)\": it has \(known.joined(separator: ", "))"
    case .timedOut(let worker, let what, let seconds):
      "\(worker) did not answer within \(seconds) s (\(what)): nothing was lost, try again, "
        + "or set a longer deadline"
    case .workerLost(let worker, let reason):
      "\(worker) is gone: \(reason)"
    case .protocolViolation(let worker, let reason):
      "\(worker) broke the protocol: \(reason)"
    case .mpi(let call, let code, let text):
      "\(call) failed with code \(code): \(text)"
    }
  }
}
