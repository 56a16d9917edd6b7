import CMPI
import Glibc
import Synchronization

/// The signals that end a program: Ctrl-C, SIGTERM, and SIGHUP of a terminal that was closed. The first one
/// ends it in order, a second one at once, a third one whatever is left behind; with status 128 + the
/// signal's number. A signal that the program handles itself stays its own.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  /// How many came.
  private static let count = Atomic(0)
  /// The first one's number.
  private static let first = Atomic<Int32>(0)
  /// The thread that ends the program in order.
  private static let thread = Atomic<UInt>(0)

  /// Whether the program is ended by the thread that asks. All others wait for that end.
  static var isThisThread: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// Let the threads go on that do what no signal's handler may: after the first, and after the second.
  private static let arrived = Signal()
  private static let arrivedAgain = Signal()

  /// What a handler may tell a thread.
  private struct Signal: @unchecked Sendable {
    // Unchecked: the functions of semaphores may be called by any thread at any time.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
      semaphore = .allocate(capacity: 1)
      sem_init(semaphore, 0, 0)
    }
    func give() { sem_post(semaphore) }
    func wait() { while sem_wait(semaphore) != 0 {} }
  }

  /// Seconds that an end in order may take.
  private static let patience: UInt32 = 2
  /// Microseconds that a worker waits for the driver's goodbye; its own starter kills it after a second.
  private static let workersPatience = 800_000

  /// Makes signals leave the cluster and end the driver's program.
  static func leaves(_ cluster: Cluster) {
    install { status in
      cluster.core.isInterrupted = true
      // Open MPI may still write to processes that are ended here; that must not be what ends this one, and
      // what it says of it is nobody's concern.
      signal(SIGPIPE, SIG_IGN)
      cmpi_silence_error_stream()
      _ = try? Thread {
        sleep(patience)
        end(status)
      }
      // A call that waits for credit keeps the lock, and stays.
      guard cluster.core.lock.isFree(withinMilliseconds: 500) else { end(status) }
      exit(status)
    }
  }

  /// Makes signals end a worker: with the driver, which gets them too, or soon after.
  static func endsWorker() {
    install { status in
      cmpi_silence_error_stream()
      var waited = 0
      while DriverWatch.isDriverAlive, waited < workersPatience {
        usleep(20_000)
        waited += 20_000
      }
      DriverWatch.end(status: status)
    }
  }

  /// For a thread whose program is being ended by another one.
  static func park() -> Never {
    while true { sleep(1) }
  }

  /// Ends the driver's program without a goodbye; workers that it has not started itself see it.
  private static func end(_ status: Int32) -> Never {
    cmpi_silence_error_stream()
    MPIRuntime.departIfRunning()
    LaunchedProcesses.endAll()
    LaunchFolders.remove()
    _exit(status)
  }

  private static func install(_ action: @escaping @Sendable (Int32) -> Void) {
    // What the handler touches must be there before it runs.
    _ = (count.load(ordering: .relaxed), first.load(ordering: .relaxed), arrived, arrivedAgain)
    let threads = try? [
      Thread {
        arrived.wait()
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        action(128 + first.load(ordering: .relaxed))
      },
      Thread {
        arrivedAgain.wait()
        end(128 + first.load(ordering: .relaxed))
      },
    ]
    guard threads != nil else { return }
    for number in signals {
      var now = sigaction()
      sigaction(number, nil, &now)
      guard now.__sigaction_handler.sa_handler == nil else { continue }
      var handler = sigaction()
      handler.__sigaction_handler.sa_handler = { number in
        switch Interruption.count.wrappingAdd(1, ordering: .relaxed).oldValue {
        case 0:
          Interruption.first.store(number, ordering: .relaxed)
          Interruption.arrived.give()
        case 1: Interruption.arrivedAgain.give()
        default: _exit(128 + number)
        }
      }
      sigaction(number, &handler, nil)
    }
  }
}
