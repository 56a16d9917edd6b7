/// The version of the package.
public enum ClusterTensorVersion {
  public static let current = "0.1.0"
}
