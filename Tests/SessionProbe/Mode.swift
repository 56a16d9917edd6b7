import ClusterTensor
import Foundation

/// One way in which a session can go.
enum Mode: String, CaseIterable {
  /// Joins under the names that are given, and says who is there.
  case join
  /// The same with an error thrown afterwards.
  case fail
  /// The same with `exit` called afterwards, with the status that is given.
  case exit
  /// Failures at workers that nobody reads.
  case unread
  /// A failure at a worker that is read.
  case read
  /// Asks for the worker whose name is given.
  case ask
  /// Leaves, and uses what is left.
  case leave
  /// Leaves while much is on its way to the workers.
  case hurry
  /// Leaves while a worker has work for many seconds.
  case busy
  /// Waits for a worker that has work for many seconds.
  case wait
  /// The driver's process is killed while a worker has work for many seconds.
  case die
  /// The worker of rank 1 is killed.
  case lose
  /// A worker comes and one goes.
  case change
  /// Starts workers of a program that does not join.
  case strangers
  /// Starts workers where that is not possible.
  case pathless
  /// The worker of rank 1 crashes while the driver does what is given.
  case crash
  /// Uses a pointer after leaving.
  case late
  /// Rank 1 answers with noise.
  case babble
  /// A message to a rank that does not exist.
  case nowhere
  /// Rank 1 speaks the protocol version that is given.
  case version
  /// Rank 1 starts MPI and then does something else.
  case silent
  /// Rank 1 does not even start MPI.
  case absent
  /// Rank 1 goes along until it should introduce itself.
  case mute

  func run(_ arguments: [String]) throws {
    switch self {
    case .join: try Sessions.join(arguments)
    case .fail:
      try Sessions.join(arguments)
      throw UserError()
    case .exit:
      try Sessions.join(Array(arguments.dropFirst()))
      Foundation.exit(arguments.first.flatMap(Int32.init) ?? 0)
    case .unread: try Sessions.leaveFailuresUnread()
    case .read: try Sessions.readFailure()
    case .ask: try Sessions.ask(for: arguments.first ?? "")
    case .leave: try Sessions.leave()
    case .hurry: try Sessions.leaveInAHurry()
    case .busy: try Sessions.leaveBusyWorker()
    case .wait: try Sessions.awaitBusyWorker()
    case .die: try Sessions.dieBesideBusyWorker()
    case .lose: try Sessions.loseWorker()
    case .change: try Sessions.change()
    case .strangers: try Sessions.launchStrangers()
    case .pathless: try Sessions.launchNowhere()
    case .crash: try Crashes.run(arguments.first ?? "")
    case .late: try Sessions.useAfterLeaving()
    case .babble: try Sessions.meetNoise()
    case .nowhere: try Stranger.sendNowhere()
    case .version: try Sessions.meet(version: arguments.first.flatMap(UInt16.init) ?? 0)
    case .silent: try Sessions.meetStranger { try Stranger.startMPI() }
    case .absent: try Sessions.meetStranger {}
    case .mute: try Sessions.meetStranger { try Stranger.goAlong() }
    }
  }
}
