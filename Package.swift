// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error)
]

let package = Package(
  name: "ClusterTensor",
  products: [
    .library(name: "ClusterTensor", targets: ["ClusterTensor"]),
    .library(name: "ClusterLearning", targets: ["ClusterLearning"]),
    .executable(name: "Driver", targets: ["Driver"]),
    .executable(name: "RankWorker", targets: ["RankWorker"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    // A command of scripts/docs. No target uses it, so that who depends on this package gets none of it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "CKernels",
      cxxSettings: [.headerSearchPath("."), .define("HWY_SHARED_DEFINE")],
      linkerSettings: [.linkedLibrary("hwy")]),
    .target(
      name: "TensorCore",
      dependencies: [
        "CKernels", "COneDNN", "COpenBLAS",
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "SwiftCSV", package: "SwiftCSV"),
      ],
      swiftSettings: strict),
    .target(
      name: "ClusterTensor",
      dependencies: [
        "TensorCore", "CMPI",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(name: "ClusterLearning", dependencies: ["ClusterTensor"], swiftSettings: strict),
    .executableTarget(
      name: "RankWorker",
      dependencies: [
        "ClusterTensor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Driver",
      dependencies: [
        "ClusterTensor", "ClusterLearning",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // Laws and sample inputs that several test targets run.
    .target(
      name: "TestSupport", dependencies: ["ClusterTensor", "ClusterLearning"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    // A program with one mode for each way in which a session can start, fail and end.
    .executableTarget(
      name: "SessionProbe", dependencies: ["ClusterTensor"], path: "Tests/SessionProbe",
      swiftSettings: strict),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["TensorCore", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterTensorTests",
      dependencies: [
        "ClusterTensor", "ClusterLearning", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MultiRankTests", dependencies: ["ClusterTensor", "ClusterLearning", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["Driver", "TestSupport"], swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)
