import ClusterTensor

/// Brings columns to mean 0 and deviation 1, as scikit-learn's `StandardScaler` does, with the statistics
/// of the rows that it was fitted to. Everything stays where the rows live.
public struct Standardizer<T: TensorProtocol>: Sendable {
  /// The mean of each column.
  public let mean: T
  /// The population deviation (divided by n) of each column; 1 for a column of equal numbers.
  public let deviation: T

  /// Takes the statistics of rows (n × columns, floating point). Waits for nothing.
  ///
  /// Throws `TensorError.unsupportedDType` for integers, `LearningError.unsuitableTable` for
  /// anything but a matrix with at least one row.
  public init(fitting rows: T) throws {
    guard rows.rank == 2, rows.shape[0] > 0 else {
      throw LearningError.unsuitableTable(
        "statistics of columns need a matrix with rows, not a tensor of shape \(rows.shape)")
    }
    mean = try rows.mean(dim: 0)
    let distance = try rows - mean
    let variance = try (distance * distance).mean(dim: 0)
    // What rounding makes of equal numbers is not quite 0; the bound is scikit-learn's
    // (`_is_constant_feature`), from Chan, Golub and LeVeque 1983.
    let count = Double(rows.shape[0])
    let epsilon = rows.dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    let meanError = try mean * (count * epsilon)
    let rounding = try variance * (count * epsilon) + meanError * meanError
    let isConstant = try variance .<= rounding
    deviation = try isConstant.where(variance.onesLike(), variance.sqrt())
  }

  /// Rows of the same columns, standardised. Throws `TensorError.shapeMismatch` for another number
  /// of columns.
  public func standardize(_ rows: T) throws -> T { try (rows - mean) / deviation }
}
