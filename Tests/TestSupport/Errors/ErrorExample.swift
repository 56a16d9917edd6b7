import ClusterTensor
import Foundation

/// One error as it is provoked: a row of `docs/errors.md`, and a test under mpirun.
public struct ErrorExample: Sendable, CustomStringConvertible {
  /// How it is provoked.
  public enum Provocation: Sendable {
    /// In a running session of a driver and three workers, which goes on.
    case inSession(@Sendable (ErrorScene) throws -> Void)
    /// In a session of its own: arguments of mpirun, in which PROBE, WORKER and FOLDER stand for the programs
    /// of this build and a folder with the files. The session ends, or says so in `goesOn`.
    case ownSession([String], files: [String: String] = [:], goesOn: String? = nil)
  }

  /// The case, `TensorError.shapeMismatch`.
  public let name: String
  /// What was done.
  public let situation: String
  /// The whole text, normalised as `ErrorExample.normalized` does.
  public let text: String
  public let provocation: Provocation

  public init(
    _ kind: some ErrorKind, _ situation: String, _ text: String,
    _ provoke: @escaping @Sendable (ErrorScene) throws -> Void
  ) {
    self.init(kind, situation, text, .inSession(provoke))
  }

  public init(
    _ kind: some ErrorKind, _ situation: String, _ text: String, _ provocation: Provocation
  ) {
    name = kind.name
    self.situation = situation
    self.text = text
    self.provocation = provocation
  }

  public var description: String { "\(name): \(situation)" }

  /// A text without what differs from run to run: numbers of objects and processes.
  public static func normalized(_ text: String) -> String {
    text.replacing(/\d+@/, with: "88311@")
      .replacing(/process \d+/, with: "process 4711")
      .replacing(/object \d+/, with: "object 88311")
  }

  /// Whether a normalised text holds an element of the tensors and files that errors are provoked with.
  public static func holdsSecret(_ text: String) -> Bool {
    text.contains("171.5") || text.contains("987")
  }
}

/// The session in which errors are provoked. The tensors hold numbers that must not stand in any text.
public struct ErrorScene: Sendable {
  public let cluster: Cluster
  /// The worker at which errors are provoked; he loaded the table `breast_cancer`.
  public let bob: Worker
  public let alice: Worker
  /// An empty folder.
  public let folder: String

  public init(cluster: Cluster, folder: String) throws {
    self.cluster = cluster
    bob = try cluster["bob"]
    alice = try cluster["alice"]
    self.folder = folder
  }

  /// float32 at bob.
  func floats(_ shape: Int..., requiresGrad: Bool = false) throws -> PointerTensor {
    var tensor = try Tensor.full(shape, 171.53125)
    tensor.requiresGrad = requiresGrad
    return try tensor.send(to: bob)
  }

  /// int64 at bob.
  func integers(_ shape: Int...) throws -> PointerTensor {
    try Tensor.full(shape, 987_654).send(to: bob)
  }

  /// Reads a csv file with the bytes, here.
  func table(_ bytes: [UInt8]) throws {
    let path = folder + "/patients.csv"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    _ = try Table(csv: path)
  }

  func table(_ text: String) throws { try table(Array(text.utf8)) }
}

/// All examples, in the order of the table.
public enum ErrorExamples {
  public static let all = tensors + gradients + files + cluster + sessions + failures + learning

  /// The names of every case there is.
  public static let kinds: [any ErrorKind] =
    TensorError.Kind.allCases + ClusterError.Kind.allCases + Failure.Kind.allCases
    + learningKinds
}
