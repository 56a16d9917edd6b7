import ClusterLearning
import ClusterTensor
import Foundation
import Testing

/// The training job in process: the same functions on a local table and on a pointer to bob's.
@Suite struct TrainingTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Data").standardized.path
  private static var file: String { folder + "/breast_cancer.csv" }

  private static func train<T: LearningHome>(
    _ table: T, _ columns: [String], progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> (LogisticRegression<T>.Training, accuracy: Double) {
    let task = try BinaryClassification(table: table, columns: columns, target: "benign")
    let training = try task.train(progress: progress)
    return (training, try task.testAccuracy(of: training.model))
  }

  @Test func weightsAreEqualBitForBitInBothHomes() throws {
    let local = try Table(csv: Self.file)
    let (here, accuracy) = try Self.train(local.tensor, local.columns)
    #expect(String(format: "%.4f", accuracy) == "0.9649")
    #expect(here.result.gradientNorm < 1e-4)

    let cluster = try Cluster.inProcess(workers: ["bob"], data: ["bob": Self.folder])
    let bob = try cluster["bob"]
    do {
      let columns = try bob.columns(of: "breast_cancer")
      #expect(columns == local.columns)
      let (there, accuracyThere) = try Self.train(bob.data("breast_cancer"), columns)
      #expect(accuracyThere == accuracy)
      #expect(there.result == here.result)
      #expect(try there.model.weights.fetch().isIdentical(to: here.model.weights))
      #expect(try there.model.bias.fetch().isIdentical(to: here.model.bias))
    }
    #expect(try bob.objects().count == 1, "bob holds nothing but his table")
    try cluster.leave()
  }

  @Test func theLossIsTheOneOfScikitLearn() throws {
    // What numpy computes for the same rows, with standardised features and C = 1.
    let local = try Table(csv: Self.file)
    let (training, _) = try Self.train(local.tensor, local.columns)
    #expect(abs(training.result.loss - 29.073949076) < 1e-6)
  }

  @Test func bobsMemoryDoesNotGrow() throws {
    let cluster = try Cluster.inProcess(workers: ["bob"], data: ["bob": Self.folder])
    let bob = try cluster["bob"]
    do {
      var counts: [Int] = []
      let table = try bob.data("breast_cancer")
      _ = try Self.train(table, bob.columns(of: "breast_cancer")) { progress in
        if progress.iteration % 100 == 0 { counts.append(try bob.objects().count) }
      }
      #expect(counts.count > 2)
      #expect(Set(counts).count == 1, "objects at bob after each hundred iterations: \(counts)")
    }
    try cluster.leave()
  }

  @Test func noRowComesHome() throws {
    let cluster = try Cluster.inProcess(workers: ["bob"], data: ["bob": Self.folder])
    let bob = try cluster["bob"]
    do {
      let table = try bob.data("breast_cancer")
      let data = try ClassificationData(
        table: table, columns: bob.columns(of: "breast_cancer"), target: "benign")
      for part in [
        table, data.trainingFeatures, data.trainingTargets, data.testFeatures, data.testTargets,
      ] {
        #expect(throws: ClusterError.self) { try part.get() }
        #expect(throws: ClusterError.self) { try part[0].fetch() }
      }
    }
    try cluster.leave()
  }

  @Test func standardisesAsScikitLearn() throws {
    let rows = try Tensor([[1, 5, 0.1], [2, 5, 0.1], [4, 5, 0.1]], dtype: .float64)
    let standardizer = try Standardizer(fitting: rows)
    #expect(
      try standardizer.mean.allClose(Tensor([7.0 / 3, 5, 0.1], dtype: .float64), rtol: 1e-14))
    #expect(
      try standardizer.deviation.allClose(
        Tensor([1.247219128924647, 1, 1], dtype: .float64), rtol: 1e-14))
    let columns = try standardizer.standardize(rows).sum(dim: 0)
    #expect(try columns.allClose(columns.zerosLike(), atol: 1e-12))
  }

  @Test func refusesWhatCannotBeLearned() throws {
    let table = try Tensor([[1, 0], [2, 1], [3, 2], [4, 0], [5, 1]], dtype: .float64)
    #expect(throws: LearningError.unknownColumn("class", known: ["a", "b"])) {
      try ClassificationData(table: table, columns: ["a", "b"], target: "class")
    }
    let task = try BinaryClassification(table: table, columns: ["a", "b"], target: "b")
    #expect(throws: LearningError.targetsNotBinary(count: 1)) { try task.train() }
    #expect(throws: LearningError.self) {
      try ClassificationData(table: table[0..<1], columns: ["a", "b"], target: "b")
    }

    let local = try Table(csv: Self.file)
    let breast = try BinaryClassification(
      table: local.tensor, columns: local.columns, target: "benign")
    var options = LogisticRegression<Tensor>.Options()
    options.stopping.maximumIterations = 15
    #expect(throws: LearningError.self) { try breast.train(options: options) }
  }
}
