import ClusterTensor
import TestSupport

// Products, contractions, distances and losses.

extension GoldenOperations {
  static func products(_ matrix: Tensor) throws -> [Form] {
    let (row, class3) = (Tensor([1.5, 2, 3]), Tensor([2, 0]))
    let pairs = try Tensor.ones(2, 2)
    let probabilities = try matrix.softmax(dim: 1)
    return [
      form(AddMatmul(), [pairs, matrix, try matrix.t()]),
      form(
        make(AddMatmul.self) {
          $0.beta = 2
          $0.alpha = -0.5
        }, [pairs, matrix, try matrix.t()], "with factors"),
      form(Linear(), [matrix, matrix]),
      form(Linear(), [matrix, row, Tensor(0.5)], "with a bias"),
      form(make(Cross.self) { $0.dim = 1 }, [matrix, matrix]),
      form(make(SoftmaxBackward.self) { $0.dim = 1 }, [matrix, probabilities]),
      form(make(LogSoftmaxBackward.self) { $0.dim = 1 }, [matrix, probabilities]),
      form(make(Cdist.self) { $0.p = 1 }, [matrix, matrix]),
      form(make(CdistBackward.self) { $0.p = 1 }, [pairs, matrix, matrix, pairs]),
      form(make(Pdist.self) { $0.p = 3.5 }, [matrix]),
      form(make(PdistBackward.self) { $0.p = 3.5 }, [Tensor([1.0]), matrix, Tensor([2.0])]),
      form(
        make(PairwiseDistance.self) {
          $0.p = 1
          $0.eps = 0.25
          $0.keepdim = true
        }, [matrix, row]),
      form(make(MSELoss.self) { $0.reduction = .sum }, [matrix, matrix]),
      form(make(L1Loss.self) { $0.reduction = .none }, [matrix, matrix]),
      form(make(SmoothL1Loss.self) { $0.beta = 0.5 }, [matrix, matrix]),
      form(make(HuberLoss.self) { $0.delta = 0.5 }, [matrix, matrix]),
      form(make(KLDivLoss.self) { $0.logTarget = true }, [matrix, matrix]),
      form(BinaryCrossEntropy(), [probabilities, probabilities]),
      form(classes(NLLLoss()), [matrix, class3]),
      form(classes(NLLLoss()), [matrix, class3, row], "with weights"),
      form(
        classes(make(NLLLossBackward.self) { $0.size = matrix.shape }), [Tensor(1.0), class3]),
      form(classes(CrossEntropy()), [matrix, class3, row], "with weights"),
    ]
  }

  private static func classes<Loss: ClassLoss>(_ loss: Loss) -> Loss {
    var loss = loss
    loss.reduction = .sum
    loss.ignoreIndex = 1
    loss.labelSmoothing = 0.25
    return loss
  }
}
