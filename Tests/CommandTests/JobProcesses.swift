import Foundation

/// Watches the processes of one job: those whose environment has a mark that no other job has.
struct JobProcesses {
  /// Name and value of the variable that marks them.
  static let variable = "CLUSTERTENSOR_TEST_JOB"
  let mark: String
  /// Process of mpirun itself.
  var starter: Int32 = 0
  /// Process of the driver, where there is no mpirun.
  var driver: Int32? {
    didSet { if let driver { ranks[0] = driver } }
  }

  /// The ranks' processes as they were first seen.
  private(set) var ranks: [Int: Int32] = [:]
  private var isDriverSeen = false
  /// When the driver was seen to be gone.
  private(set) var driverEnd: Double?
  /// When a process other than mpirun was seen last.
  private(set) var lastSeen = 0.0

  init(mark: String) { self.mark = mark }

  static var now: Double { ProcessInfo.processInfo.systemUptime }

  /// Looks once. Returns the processes of the job that live, without mpirun.
  @discardableResult
  mutating func look() -> [Int32] {
    var found: [Int32] = []
    for process in JobProcesses.all where process != starter {
      let environment = JobProcesses.environment(of: process)
      guard environment.contains("\(JobProcesses.variable)=\(mark)") else { continue }
      found.append(process)
      // Those that a driver started itself count from 0 among themselves.
      let isStarted = environment.contains { $0.hasPrefix("CLUSTERTENSOR_WORKER=") }
      let rank = environment.first { $0.hasPrefix("OMPI_COMM_WORLD_RANK=") }
        .flatMap { Int($0.split(separator: "=")[1]) }.map { isStarted ? $0 + 1 : $0 }
      if let rank, ranks[rank] == nil { ranks[rank] = process }
    }
    if !found.isEmpty { lastSeen = JobProcesses.now }
    // Before its program has begun a process has no mark yet.
    if let driver = ranks[0] {
      if found.contains(driver) {
        isDriverSeen = true
        driverEnd = nil
      } else if isDriverSeen, driverEnd == nil {
        driverEnd = JobProcesses.now
      }
    }
    return found
  }

  /// Seconds that a process lived after the driver; 0 where none did.
  var secondsAfterDriver: Double { driverEnd.map { max(0, lastSeen - $0) } ?? 0 }

  private static var all: [Int32] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc")
    return (names ?? []).compactMap { Int32($0) }
  }

  /// What a process was started with; nothing once it has ended.
  private static func environment(of process: Int32) -> [Substring] {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/environ") else {
      return []
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\0")
  }
}
