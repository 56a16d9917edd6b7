import Foundation
import Testing

/// How a session ends: with which status, and that nothing of it stays.
extension Sessions {
  @Suite struct LeavingTests {
    private static let result = "tensor([2, 4, 6])\n"

    @Test("the user's exit status is the job's", arguments: [0, 3])
    func exitStatus(status: Int32) throws {
      let outcome = try Job.run(
        "-n", "3", Products.sessionProbe, "exit", "\(status)", "bob", "alice")
      outcome.requireCleanEnd(status: status)
      #expect(outcome.output.hasSuffix(LeavingTests.result))
    }

    @Test("an error of the user's own ends every rank", arguments: 0..<3)
    func error(run: Int) throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "fail", "bob", "alice")
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("SessionProbe: the user's own error")
      #expect(outcome.output.hasSuffix(LeavingTests.result))
    }

    @Test("an error that leaves main ends every rank", arguments: 0..<3)
    func uncaughtError(run: Int) throws {
      let outcome = try Job.run(
        "-n", "3", Products.sessionProbe, "--uncaught", "fail", "bob", "alice")
      outcome.requireCleanEnd()
      #expect(outcome.status > 128)
      outcome.requireError("Error raised at top level: the user's own error")
    }

    @Test("failures that nobody read are reported, and the status is 1")
    func unreadFailures() throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "unread")
      outcome.requireCleanEnd(status: 1)
      outcome.requireError(
        """
        failures whose results nobody read:
          at bob: index_select: the position at place 0 is out of range: use 0 … 2 \
        (operands int64[3], int64[1])
          at alice: index_select: the position at place 0 is out of range: use 0 … 2 \
        (operands int64[3], int64[1])
        """)
    }

    @Test("a failure that was read is not reported again")
    func readFailure() throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "read")
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.output.hasSuffix(LeavingTests.result + "heard of a failure at bob\n"))
      #expect(outcome.errors == "")
    }

    @Test("after leaving, pointers and a second join say that it is over")
    func afterLeaving() throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "leave")
      outcome.requireCleanEnd(status: 0)
      #expect(
        outcome.output.hasSuffix(
          LeavingTests.result
            + """
            the cluster was left; pointers to bob lead nowhere any more
            this program has joined its cluster already: keep what the first join returned

            """))
      #expect(outcome.errors == "")
    }

    @Test("what is on its way when the driver leaves arrives", arguments: 0..<3)
    func inAHurry(run: Int) throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "hurry")
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.output.hasSuffix(LeavingTests.result))
      #expect(outcome.errors == "")
    }

    @Test("a driver that leaves a busy worker says so and ends it")
    func busyWorker() throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "busy")
      outcome.requireCleanEnd(status: 1)
      outcome.requireError(
        "bob is gone: it still worked 1.5 s after the driver had left and is ended with it: get a last "
          + "result or call barrier() before the end of the program")
    }

    @Test(
      "a driver that is killed takes every rank along, also busy ones",
      arguments: [[], ["--enable-recovery"]])
    func killedDriver(options: [String]) throws {
      var job = Job()
      job.options = options
      let outcome = try job.run(["-n", "3", try Products.sessionProbe, "die"])
      outcome.requireCleanEnd()
      // With recovery mpirun calls any end a good one.
      if options.isEmpty { #expect(outcome.status == 128 + SIGKILL) }
    }

    @Test("a worker that is killed is lost, and the session goes on with the others")
    func killedWorker() throws {
      var job = Job()
      job.options = ["--enable-recovery"]
      let outcome = try job.run(["-n", "3", try Products.sessionProbe, "lose"])
      outcome.requireCleanEnd()
      #expect(outcome.output.hasSuffix(LeavingTests.result + "bob is lost\ntensor([2, 3, 4])\n"))
      outcome.requireError("bob is gone: its process")
    }
  }
}
