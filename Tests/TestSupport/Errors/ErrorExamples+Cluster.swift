import ClusterTensor
import Foundation

extension ErrorExamples {
  static let cluster: [ErrorExample] = [
    ErrorExample(
      ClusterError.Kind.unknownWorker, "`cluster[\"eve\"]`",
      "there is no worker \"eve\": the workers are me, bob, alice, carol"
    ) { scene in _ = try scene.cluster["eve"] },
    ErrorExample(
      ClusterError.Kind.notJoined, "`Cluster.join()` a second time",
      "this program has joined its cluster already: keep what the first join returned"
    ) { _ in _ = try Cluster.join() },
    ErrorExample(
      ClusterError.Kind.notColocated, "`x + y` with x at bob and y at alice",
      "add needs its operands at one worker, but they are at bob and alice: get() one of "
        + "them and send it to the other's location first"
    ) { scene in
      _ = try scene.floats(2) + Tensor([1.5, 2]).send(to: scene.alice)
    },
    ErrorExample(
      ClusterError.Kind.usedPointer, "`x + 1` after `x.get()`",
      "the pointer to 88311@bob cannot be used any more: get() brought the tensor home and "
        + "bob forgot it; use what get() returned, or fetch() instead of get() to keep it there"
    ) { scene in
      let x = try scene.floats(2)
      _ = try x.get()
      _ = try x + 1
    },
    ErrorExample(
      ClusterError.Kind.notPermitted, "`get()` of a table that bob loaded himself",
      "bob does not permit it: the object (float64[569, 31]) holds data that the worker "
        + "loaded itself, and its elements may not leave: compute with it there and get the "
        + "result"
    ) { scene in _ = try scene.bob.data("breast_cancer").get() },
    ErrorExample(
      ClusterError.Kind.notPermitted, "`table += 1` of a table that bob loaded himself",
      "bob does not permit it: add in place on an object (float64[569, 31]) that the worker "
        + "loaded itself, and it stays as it is: write x = x + y or the like for a new one"
    ) { scene in
      var table = try scene.bob.data("breast_cancer")
      try table += 1
    },
    ErrorExample(
      ClusterError.Kind.failedAtWorker,
      "`y.get()`, which was computed from `x.indexSelect(dim: 0, index)` with an index out of range",
      "at bob, index_select: the position at place 0 is out of range: use 0 … 1 (operands "
        + "float32[2, 3], int64[1])"
    ) { scene in
      let picked = try scene.floats(2, 3).indexSelect(dim: 0, scene.integers(1))
      _ = try (picked.exp() + 1).sum().get()
    },
    ErrorExample(
      ClusterError.Kind.unknownData, "`bob.data(\"patients\")`",
      "bob holds no data called \"patients\": it has breast_cancer"
    ) { scene in _ = try scene.bob.data("patients") },
    ErrorExample(
      ClusterError.Kind.unknownData, "`alice.data(\"patients\")`, where alice loaded nothing",
      "alice holds no data called \"patients\": it loaded none; start it with a data folder"
    ) { scene in _ = try scene.alice.data("patients") },
    ErrorExample(
      ClusterError.Kind.timedOut, "`x.get()` while bob computes for longer than `cluster.deadline`",
      "bob did not answer within 0.05 s (the tensor 88311@bob): nothing was lost, try again, "
        + "or set a longer deadline"
    ) { scene in
      let factor = try Tensor.full([1024, 1024], 1e-3).send(to: scene.bob)
      var product = factor
      for _ in 0..<30 { product = try product.matmul(factor) }
      let usual = scene.cluster.deadline
      scene.cluster.deadline = 0.05
      defer {
        scene.cluster.deadline = usual
        try? scene.bob.barrier()
      }
      _ = try product.get()
    },
  ]

  /// What can only go wrong at the beginning or the end of a session, or ends a worker.
  static let sessions: [ErrorExample] = [
    ErrorExample(
      ClusterError.Kind.oneRank, "a program that was started on one rank",
      "this program runs as one rank, so there is no worker: start it with mpirun, e.g. "
        + "mpirun -n 3 PROGRAM for two workers",
      .ownSession(["1", "PROBE", "join"])),
    ErrorExample(
      ClusterError.Kind.duplicateName, "`join(workers: [\"bob\", \"bob\"])`",
      "two workers are called \"bob\": give every worker a name of its own",
      .ownSession(["3", "PROBE", "join", "bob", "bob"])),
    ErrorExample(
      ClusterError.Kind.invalidName, "`join(workers: [\"bob\", \"me\"])`",
      "\"me\" cannot be a worker's name: \"me\" is the driver; give it another one",
      .ownSession(["3", "PROBE", "join", "bob", "me"])),
    ErrorExample(
      ClusterError.Kind.cannotLaunch, "`launch(workers: [])`",
      "workers cannot be started from here: no names of workers were given: start them with mpirun "
        + "instead: mpirun -n 2 …",
      .ownSession(["1", "PROBE", "--launch", "join"])),
    ErrorExample(
      ClusterError.Kind.wrongNumberOfNames, "`join(workers: [\"bob\"])` on three ranks",
      "1 worker names were given, but there are 2 ranks besides the driver: start mpirun "
        + "with -n 2 or give 2 names",
      .ownSession(["3", "PROBE", "join", "bob"])),
    ErrorExample(
      ClusterError.Kind.unexpectedName,
      "`join(workers: [\"alice\"])` beside `RankWorker --name bob`",
      "rank 1 calls itself \"bob\", but the driver expected \"alice\": give names in the "
        + "order of the ranks, or none and let the workers say theirs",
      .ownSession(["1", "PROBE", "join", "alice", ":", "-n", "1", "WORKER", "--name", "bob"])),
    ErrorExample(
      ClusterError.Kind.versionMismatch, "a rank of another build",
      "rank 1 speaks version 7 of the protocol, this program version 1: run the same build "
        + "of ClusterTensor on every rank",
      .ownSession(["3", "PROBE", "version", "7"])),
    ErrorExample(
      ClusterError.Kind.handshakeFailed, "a rank that never introduces itself",
      "rank 1 did not join: nothing came from it within 1.0 s: does that rank call "
        + "Cluster.join or run RankWorker?",
      .ownSession(["3", "PROBE", "mute"])),
    ErrorExample(
      ClusterError.Kind.handshakeFailed, "a worker whose table has text in a number",
      "rank 1 did not join: bob could not load its data: patients.csv: line 3, column "
        + "\"height\": the cell is no number; write it as one, with a point and without unit",
      .ownSession(
        ["1", "PROBE", "join", ":", "-n", "1", "WORKER", "--name", "bob", "--data", "FOLDER"],
        files: ["patients.csv": "height,weight\n171.53125,61\n171.53125cm,61\n"])),
    ErrorExample(
      ClusterError.Kind.handshakeFailed, "a worker whose folder is not there",
      "rank 1 did not join: bob could not load its data: /nowhere: it cannot be opened as a "
        + "folder: check the path given as --data",
      .ownSession(
        ["1", "PROBE", "join", ":", "-n", "1", "WORKER", "--name", "bob", "--data", "/nowhere"])),
    ErrorExample(
      ClusterError.Kind.notJoined, "a rank that does not start MPI",
      "not every rank of the job joined within 1.0 s: does each one call Cluster.join or run "
        + "RankWorker? ClusterOptions.handshakeDeadline sets a longer wait",
      .ownSession(["3", "PROBE", "absent"])),
    ErrorExample(
      ClusterError.Kind.notJoined, "`x + x` after `cluster.leave()`",
      "the cluster was left; pointers to bob lead nowhere any more",
      .ownSession(["3", "PROBE", "late"])),
    ErrorExample(
      ClusterError.Kind.failuresNobodyRead, "leaving with results that failed",
      "failures whose results nobody read:\n"
        + "  at bob: index_select: the position at place 0 is out of range: use 0 … 2 (operands "
        + "int64[3], int64[1])\n"
        + "  at alice: index_select: the position at place 0 is out of range: use 0 … 2 (operands "
        + "int64[3], int64[1])",
      .ownSession(["3", "PROBE", "unread"])),
    ErrorExample(
      ClusterError.Kind.workerLost, "`x.get()` at a worker whose program has crashed",
      "bob is gone: its process 4711 has ended; its objects are lost",
      .ownSession(["3", "PROBE", "crash", "reading"], goesOn: "alice goes on: tensor([2, 3, 4])")),
    ErrorExample(
      ClusterError.Kind.workerLost, "leaving a worker that is still computing",
      "bob is gone: it still worked 1.5 s after the driver had left and is ended with it: get a last "
        + "result or call barrier() before the end of the program",
      .ownSession(["3", "PROBE", "busy"])),
    ErrorExample(
      ClusterError.Kind.protocolViolation, "`x.get()` at a worker that answers with noise",
      "bob broke the protocol: malformed bytes: a frame that does not begin as one",
      .ownSession(["3", "PROBE", "babble"], goesOn: "alice goes on: tensor([2, 3, 4])")),
    ErrorExample(
      ClusterError.Kind.mpi, "a message to a rank that does not exist",
      "a message to or from rank 99 failed with code 6: there is no such rank: the job has "
        + "ranks 0 to 1",
      .ownSession(["2", "PROBE", "nowhere"])),
  ]

  /// What bob finds out, as it is thrown where his result is read.
  static let failures: [ErrorExample] = [
    ErrorExample(
      Failure.Kind.shape, "a pointer whose shape is not the object's",
      "at bob, add cannot combine shapes [2, 3] and [4]: counted from the last axis, lengths "
        + "must be equal or 1 (operands float32[2, 3], float32[4])"
    ) { scene in
      let x = try scene.floats(2, 3)
      let wrong = scene.bob.pointer(
        to: x.idAtLocation, Descriptor(shape: try Shape([4]), dtype: .float32))
      _ = try (wrong + scene.floats(4)).get()
    },
    ErrorExample(
      Failure.Kind.dtype, "a pointer whose dtype is not the object's",
      "at bob, matmul is not defined for float32 and int64: cast one of them to the other's "
        + "(operands float32[2, 2], int64[2, 2])"
    ) { scene in
      let x = try scene.floats(2, 2)
      let wrong = scene.bob.pointer(
        to: x.idAtLocation, Descriptor(shape: try Shape([2, 2]), dtype: .int64))
      _ = try wrong.matmul(scene.integers(2, 2)).get()
    },
    ErrorExample(
      Failure.Kind.argument, "`scores.crossEntropy(classes)` with a class that does not exist",
      "at bob, cross_entropy: the position at place 0 is out of range: use 0 … 2 (operands "
        + "float32[1, 3], int64[1])"
    ) { scene in _ = try scene.floats(1, 3).crossEntropy(scene.integers(1)).get() },
    ErrorExample(
      Failure.Kind.missingObject, "a pointer that does not own its object, after the owner is gone",
      "at bob, add names object 88311, which does not exist here (any more)"
    ) { scene in
      var owner: PointerTensor? = try scene.floats(2)
      guard let x = owner else { return }
      let other = scene.bob.pointer(to: x.idAtLocation, x.descriptor)
      _ = try x.get()
      owner = nil
      try scene.bob.barrier()
      _ = try (other + 1).get()
    },
    ErrorExample(
      Failure.Kind.outOfMemory, "`x.broadcastTo([1 << 20, 1 << 20]).clone()`",
      "at bob, clone: no memory for a tensor of 4398046511104 bytes: free some tensors or "
        + "use smaller ones (operands float32[1048576, 1048576])"
    ) { scene in _ = try scene.floats(1).broadcastTo([1 << 20, 1 << 20]).clone().get() },
    ErrorExample(
      Failure.Kind.notPermitted, "`get()` of a row of a table that bob loaded himself",
      "bob does not permit it: the object (float64[31]) holds data that the worker loaded "
        + "itself, and its elements may not leave: compute with it there and get the result"
    ) { scene in _ = try scene.bob.data("breast_cancer")[0].get() },
    ErrorExample(
      Failure.Kind.protocolViolation, "truth values that are neither 0 nor 1",
      "at bob, send: malformed bytes: truth values that are neither 0 nor 1"
    ) { scene in
      let noise = try Tensor(
        uninitialized: Descriptor(shape: try Shape([2]), dtype: .bool))
      noise.mutableContiguousBytes.copyBytes(from: [98, 76])
      _ = try noise.send(to: scene.bob).get()
    },
    ErrorExample(
      Failure.Kind.unknownOperation, "an operation that bob's build does not have",
      "at bob, op code 32767 is not in this worker's catalogue: run the same build of "
        + "ClusterTensor on every rank"
    ) { scene in _ = try PointerTensor.apply(Unlisted(), to: scene.floats(2)).get() },
    ErrorExample(
      Failure.Kind.divisionByZero, "`x.floorDivide(y)` of integers with a 0 in y",
      "at bob, floor_divide: the divisor holds the integer 0, by which nothing can be "
        + "divided: replace it, or cast to a floating-point dtype, where the quotient is "
        + "infinite or nan (operands int64[2], int64[2])"
    ) { scene in
      _ = try scene.integers(2).floorDivide(Tensor([987_654, 0]).send(to: scene.bob)).get()
    },
  ]
}

/// An operation that stands on no list.
private struct Unlisted: OneInputOperation, PlainOperation, NonDifferentiableOperation {
  static let identity = OperationIdentity(name: "unlisted", code: 0x7FFF)
  func output(for x: Descriptor) throws -> Descriptor { x }
  func execute(_ x: Tensor) throws -> Tensor { x }
}
