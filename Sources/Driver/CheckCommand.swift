import ArgumentParser
import ClusterTensor

/// Says what runs where, and lets every worker compute something.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Shows versions and ranks, and computes x + x at every worker.",
    version: ClusterTensorVersion.current)

  @OptionGroup var common: CommonOptions

  func run() throws {
    let console = common.console
    try common.withCluster { cluster in
      let mpi = cluster.mpiVersion?.split(separator: ",").first.map(String.init)
      let versions = [
        ["ClusterTensor", ClusterTensorVersion.current],
        ["Swift", CheckCommand.swiftVersion],
        ["MPI", mpi ?? "none"],
        ["instruction set", cluster.me.instructionSet],
      ]
      for line in TextTable(versions).lines { console.line(line) }
      console.line()

      let header = ["rank", "name", "host", "process", "instruction set"]
      let rows = ([cluster.me] + cluster.workers).map { worker in
        [
          "\(worker.rank)", worker.name, worker.host, "\(worker.processIdentifier)",
          worker.instructionSet,
        ]
      }
      let lines = TextTable([header] + rows).lines
      console.line(console.bold(lines[0]))
      for line in lines.dropFirst() { console.line(line) }
      console.line()

      let x = Tensor([1, 2, 3, 4, 5])
      let expected = try x + x
      for worker in cluster.workers {
        let xPointer = try x.send(to: worker)
        let sum = try (xPointer + xPointer).get()
        guard try sum.isIdentical(to: expected) else {
          throw CheckError(worker: worker.name, sum: sum)
        }
        console.line(
          "x + x at \(worker.name), process \(worker.lastProcessIdentifier): \(sum) ok")
      }
      console.line()

      let held = try cluster.describe().lines
      console.line(console.bold(held[0]))
      for line in held.dropFirst() { console.line(line) }
    }
  }

  /// The compiler that this program was built with; the language has no way to ask for more digits.
  private static var swiftVersion: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "before 6.2"
    #endif
  }
}

/// A worker computes something else than the driver.
private struct CheckError: Error, CustomStringConvertible {
  let worker: String
  let sum: Tensor

  var description: String {
    "\(worker) computed x + x as \(sum): run the same build of ClusterTensor on every rank"
  }
}
