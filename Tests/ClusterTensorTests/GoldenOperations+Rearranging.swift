import ClusterTensor
import TestSupport

extension GoldenOperations {
  static func rearranging(_ matrix: Tensor) throws -> [Form] {
    let unfold = make(Unfold.self) {
      $0.dimension = -1
      $0.size = 2
      $0.step = 1
    }
    let diagonal = make(Diagonal.self) {
      $0.offset = 1
      $0.dim1 = -2
      $0.dim2 = 1
    }
    let pad = make(Pad.self) {
      $0.pad = [1, 0]
      $0.mode = .circular
    }
    return [
      form(make(Flip.self) { $0.dims = [0, -1] }, [matrix]),
      form(
        make(Roll.self) {
          $0.shifts = [1, -1]
          $0.dims = [0, 1]
        }, [matrix]),
      form(unfold, [matrix]),
      form(
        make(UnfoldBackward.self) {
          $0.inputSize = matrix.shape
          $0.unfold = unfold
        }, [try matrix.unfold(dimension: -1, size: 2, step: 1)]),
      form(diagonal, [matrix]),
      form(
        make(DiagonalBackward.self) {
          $0.inputSize = matrix.shape
          $0.diagonal = diagonal
        }, [try matrix.diagonal(offset: 1)]),
      form(make(Tril.self) { $0.diagonal = -1 }, [matrix]),
      form(make(Triu.self) { $0.diagonal = 2 }, [matrix]),
      form(
        make(Pad.self) {
          $0.pad = [1, -1, 0, 2]
          $0.value = 0.5
        }, [matrix]),
      form(pad, [matrix], "circular"),
      form(
        make(PadBackward.self) {
          $0.inputSize = matrix.shape
          $0.padding = pad
        }, [try matrix.pad([1, 0])]),
      form(make(Repeat.self) { $0.repeats = [2, 1, 3] }, [matrix]),
      form(
        make(Split.self) {
          $0.sizes = [1, 0, 2]
          $0.dim = -1
        }, [matrix]),
      form(make(Unbind.self) { $0.dim = 1 }, [matrix]),
      form(make(Stack.self) { $0.dim = -1 }, [matrix, matrix]),
    ]
  }

  static func random(_ matrix: Tensor) -> [Form] {
    [
      form(
        make(Bernoulli.self) {
          $0.p = 0.25
          $0.seed = 1
        }, [matrix], "of a number"),
      form(make(Bernoulli.self) { $0.seed = 2 }, [Tensor([0, 1, 0.5])]),
      form(
        make(Multinomial.self) {
          $0.count = 2
          $0.replacement = true
          $0.seed = 3
        }, [matrix]),
      form(make(Poisson.self) { $0.seed = 4 }, [matrix]),
      form(
        make(NativeDropout.self) {
          $0.p = 0.5
          $0.seed = 5
        }, [matrix]),
    ]
  }

  static func rows() -> [(name: String, operation: any Operation)] {
    [
      (
        "eye",
        make(Eye.self) {
          $0.n = 2
          $0.m = 3
        }
      ),
      (
        "linspace",
        make(Linspace.self) {
          $0.start = 1
          $0.end = 2.5
          $0.steps = 4
        }
      ),
      (
        "tril_indices",
        make(TrilIndices.self) {
          $0.row = 2
          $0.col = 3
          $0.offset = -1
        }
      ),
      (
        "triu_indices",
        make(TriuIndices.self) {
          $0.row = 2
          $0.col = 3
          $0.dtype = .int32
        }
      ),
      (
        "combination_indices",
        make(CombinationIndices.self) {
          $0.count = 4
          $0.withReplacement = true
        }
      ),
    ]
  }

  static func randomNumbers(_ size: Shape) -> [(name: String, operation: any Operation)] {
    [
      (
        "randint",
        make(RandInt.self) {
          $0.low = -3
          $0.high = 9
          $0.size = size
          $0.seed = 1
        }
      ),
      (
        "randperm",
        make(RandPerm.self) {
          $0.n = 5
          $0.seed = 2
          $0.dtype = .int32
        }
      ),
    ]
  }
}
