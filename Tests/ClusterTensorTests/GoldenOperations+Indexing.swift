import ClusterTensor
import TestSupport

// Positions along axes, masks, order, sets and search.

extension GoldenOperations {
  static func indexing(_ matrix: Tensor) throws -> [Form] {
    try atPositions(matrix) + masks(matrix) + strided(matrix) + tables(matrix) + order(matrix)
  }

  static func positions(_ size: Shape) -> [(name: String, operation: any Operation)] {
    [
      (
        "positions",
        make(Positions.self) {
          $0.values = [0, -1, 1 << 40, 3, 4, 5]
          $0.size = size
        }
      )
    ]
  }

  private static func atPositions(_ matrix: Tensor) throws -> [Form] {
    let (list, cells) = (Tensor([0, 1]), try Tensor([[2, 0], [1, 1]]))
    let pairs = try Tensor.ones(2, 2)
    return [
      form(make(Gather.self) { $0.dim = 1 }, [matrix, cells]),
      form(make(Scatter.self) { $0.dim = 1 }, [matrix, cells, pairs]),
      form(
        make(Scatter.self) {
          $0.dim = 1
          $0.value = 7.5
        }, [matrix, cells], "a number"),
      form(make(IndexCopy.self) { $0.dim = -2 }, [matrix, list, matrix]),
      form(make(IndexCopy.self) { $0.value = 2 }, [matrix, list], "a number"),
      form(make(ScatterReduce.self) { $0.dim = 1 }, [matrix, cells, pairs]),
      form(
        make(ScatterReduce.self) {
          $0.dim = 1
          $0.reduce = .amin
          $0.includeSelf = false
        }, [matrix, cells, pairs], "without what is there"),
      form(make(IndexReduce.self) { $0.reduce = .mean }, [matrix, list, matrix]),
      form(make(Index.self) { $0.dims = [1] }, [matrix, list]),
      form(make(Index.self) { $0.dims = [0, 1] }, [matrix, list, list], "on two axes"),
      form(
        make(IndexPut.self) {
          $0.dims = [0, 1]
          $0.accumulate = true
        }, [matrix, Tensor(1.5), list, list]),
    ]
  }

  private static func masks(_ matrix: Tensor) throws -> [Form] {
    let mask = Tensor([true, false, true])
    return [
      form(make(MaskedFill.self) { $0.value = 7.5 }, [matrix, mask]),
      form(MaskedFill(), [matrix, mask, Tensor(1.5)], "a tensor"),
      form(MaskedScatter(), [matrix, mask, matrix]),
      form(make(MaskedScatterBackward.self) { $0.size = matrix.shape }, [matrix, mask]),
      form(MaskedSelect(), [matrix, mask]),
      form(Nonzero(), [matrix]),
      form(
        make(NonzeroStatic.self) {
          $0.size = 3
          $0.fillValue = -7
        }, [matrix]),
    ]
  }

  private static func strided(_ matrix: Tensor) throws -> [Form] {
    let (size, stride, pairs) = (try Shape([2, 2]), [1, 2], try Tensor.ones(2, 2))
    let take = make(AsStrided.self) {
      ($0.size, $0.stride, $0.storageOffset) = (size, stride, 1)
    }
    return [
      form(take, [matrix]),
      form(
        make(AsStridedBackward.self) {
          $0.inputSize = matrix.shape
          $0.forward = take
        }, [pairs]),
      form(
        make(AsStridedScatter.self) {
          ($0.size, $0.stride, $0.storageOffset) = (size, stride, 1)
        }, [matrix, pairs]),
      form(
        make(SliceScatter.self) {
          ($0.size, $0.stride, $0.storageOffset) = (size, stride, 1)
        }, [matrix, pairs]),
    ]
  }

  private static func tables(_ matrix: Tensor) throws -> [Form] {
    let list = Tensor([1, 0])
    return [
      form(make(Embedding.self) { $0.paddingIndex = 1 }, [matrix, list]),
      form(
        make(Embedding.self) {
          $0.scalesByCount = true
          $0.maximumNorm = 1.5
          $0.normType = 1
        }, [matrix, list], "with a norm"),
      form(
        make(EmbeddingBackward.self) {
          $0.rows = 4
          $0.paddingIndex = 1
          $0.scalesByCount = true
        }, [matrix, list]),
      form(RepeatedPositions(), [list]),
    ]
  }

  private static func order(_ matrix: Tensor) throws -> [Form] {
    let row = Tensor([1.5, 2, 3])
    return [
      form(
        make(Sort.self) {
          $0.dim = 0
          $0.descending = true
        }, [matrix]),
      form(
        make(TopK.self) {
          $0.k = 2
          $0.dim = 1
          $0.largest = false
          $0.sorted = false
        }, [matrix]),
      form(
        make(Unique.self) {
          $0.returnCounts = true
          $0.dim = 1
        }, [matrix]),
      form(make(UniqueConsecutive.self) { $0.returnInverse = true }, [matrix]),
      form(make(IsIn.self) { $0.invert = true }, [matrix, row]),
      form(
        make(SearchSorted.self) {
          $0.outInt32 = true
          $0.right = true
        }, [row, matrix]),
      form(SearchSorted(), [row, matrix, Tensor([0, 1, 2])], "by a sorter"),
    ]
  }
}
