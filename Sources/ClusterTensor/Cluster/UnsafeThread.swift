import Glibc
import Synchronization

/// A thread of our own: neither Swift's cooperative pool nor the user's threads may be blocked by a wait
/// for a rank.
final class Thread: @unchecked Sendable {
  private var handle = pthread_t()
  private var isJoinable: Bool

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts the thread. Throws `ClusterError.notJoined` where the system gives none.
  init(_ run: @escaping @Sendable () -> Void) throws(ClusterError) {
    isJoinable = true
    let body = Unmanaged.passRetained(Body(run))
    let status = pthread_create(
      &handle, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      body.release()
      isJoinable = false
      throw .notJoined(reason: "the system gave no thread: error \(status)")
    }
  }

  /// Waits until the thread has ended.
  func join() {
    guard isJoinable else { return }
    isJoinable = false
    pthread_join(handle, nil)
  }

  deinit { if isJoinable { pthread_detach(handle) } }
}

/// Tells threads that nobody needs them any more.
package final class EndSignal: Sendable {
  private let flag = Atomic(false)

  package init() {}

  var isGiven: Bool { flag.load(ordering: .relaxed) }
  func give() { flag.store(true, ordering: .relaxed) }
}

/// Lets a thread sleep until another wakes it.
final class Gate: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var isOpen = false

  init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Lets the sleeper through, now or when it next comes.
  func open() {
    pthread_mutex_lock(mutex)
    isOpen = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Sleeps until somebody opens, and closes again.
  func pass() {
    pthread_mutex_lock(mutex)
    while !isOpen { pthread_cond_wait(condition, mutex) }
    isOpen = false
    pthread_mutex_unlock(mutex)
  }
}
