import ClusterTensor
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

  /// Whether mpirun started this process, or a driver that mpirun started.
  static var isByMPIRun: Bool { rank != nil && !Cluster.isWorkerProcess }

  /// Whether this is the rank that speaks.
  static var isFirstRank: Bool { (rank ?? 0) == 0 && !Cluster.isWorkerProcess }
}
