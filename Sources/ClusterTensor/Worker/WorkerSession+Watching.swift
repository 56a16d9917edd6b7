import TensorCore

/// What a trace and the log of every frame see of a worker. Nothing of it runs while nobody watches.
extension WorkerSession {
  /// Does what a frame says, and records it.
  @inline(never)
  func handleWatched(_ frame: FrameBuffer) throws(ClusterError) {
    let start = MonotonicTime.now
    let header = try? FrameHeader(reading: frame.bytes)
    if let header {
      log.trace(
        "received a batch of \(header.count), \(frame.count) bytes, from instruction "
          + "\(header.sequence)")
    }
    try process(frame)
    guard let header, let trace else { return }
    var event = TraceRecord(.frame, start: start, end: .now)
    event.number = header.sequence
    event.count = header.count
    event.bytes = UInt64(frame.count)
    trace.add(event)
  }

  /// Executes an instruction, and records it.
  @inline(never)
  func executeWatched(_ record: InstructionRecord, number: UInt64) {
    let start = MonotonicTime.now
    execute(record)
    if let trace {
      var event = TraceRecord(.execution, start: start, end: .now)
      event.number = number
      event.take(record)
      trace.add(event)
    }
    log.trace("executed \(record)")
  }

  /// Begins to record. What was recorded before is given up.
  /// Throws `TensorError.outOfMemory`.
  func startTrace(capacity: Int) throws(TensorError) {
    watch(try TraceRecorder(capacity: capacity))
  }

  /// What was recorded; ends recording.
  func takeTrace() -> TraceListing {
    let listing = trace?.listing ?? TraceListing(records: [], dropped: 0)
    trace?.close()
    watch(nil)
    return listing
  }

  /// Takes the bytes of a large tensor, and records their transfer.
  func receiveBody(_ descriptor: Descriptor, number: UInt64, as id: ObjectID) throws -> Tensor {
    let start = trace == nil ? nil : MonotonicTime.now
    let tensor = try bodies.receive(descriptor, number: number)
    if let trace, let start {
      var event = TraceRecord(.receive, start: start, end: .now)
      event.object = id.value
      event.bytes = UInt64(descriptor.byteCount)
      trace.add(event)
    }
    log.debug("received \(descriptor), \(descriptor.byteCount) bytes, as \(id)")
    return tensor
  }
}
