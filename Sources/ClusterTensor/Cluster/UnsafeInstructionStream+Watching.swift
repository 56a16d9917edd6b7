import TensorCore

/// What a trace and the log of every frame see of a stream. Nothing of it runs while nobody watches.
extension InstructionStream {
  /// Records the instructions of a batch that is about to leave. Returns the event of the batch, which
  /// has not ended yet.
  @inline(never)
  func batchEvents(_ frame: FrameBuffer, number: UInt64, start: MonotonicTime) -> TraceRecord {
    var event = TraceRecord(.batch, start: start)
    event.peer = traceRank
    event.number = number
    event.bytes = UInt64(frame.count)
    var reader = ByteReader(frame.bytes)
    _ = try? reader.readBytes(FrameHeader.size)
    while let record = try? InstructionRecord.next(&reader) {
      if let trace {
        let index = Int(event.count)
        // Where the trace began in the middle of a batch there is no time of the first ones.
        var said = TraceRecord(
          .instruction, start: index < appended.count ? appended[index] : start)
        said.peer = traceRank
        said.number = number &+ UInt64(index)
        said.take(record)
        trace.add(said)
      }
      log.trace("tells \(name): \(record)")
      event.count += 1
    }
    appended.removeAll(keepingCapacity: true)
    log.trace(
      "sends \(name) a batch of \(event.count), \(frame.count) bytes, from instruction \(number)")
    return event
  }

  /// Records that answers were taken in.
  @inline(never)
  func answersEvent(_ header: FrameHeader, _ byteCount: Int, since start: MonotonicTime) {
    if let trace {
      var event = TraceRecord(.replies, start: start, end: .now)
      event.peer = traceRank
      event.count = header.count
      event.number = header.sequence
      event.bytes = UInt64(byteCount)
      trace.add(event)
    }
    log.trace(
      "\(name) answers \(header.count) times, \(byteCount) bytes, and has done "
        + "\(header.acknowledged) instructions")
  }

  /// Records that the worker was so far behind that the program had to wait.
  @inline(never)
  func creditEvent(since start: MonotonicTime) {
    if let trace {
      var event = TraceRecord(.credit, start: start, end: .now)
      event.peer = traceRank
      event.number = encoded
      trace.add(event)
    }
    log.debug("waited for \(name), which was too far behind")
  }

  /// Records a body when it is through.
  func follow(
    _ transfer: Transfer, _ kind: TraceRecord.Kind, _ object: ObjectID?, _ byteCount: Int,
    since start: MonotonicTime?
  ) {
    guard let trace, let start else { return }
    var event = TraceRecord(kind, start: start)
    event.peer = traceRank
    event.object = object?.value ?? 0
    event.bytes = UInt64(byteCount)
    trace.follow(transfer, event)
  }
}

extension TraceRecord {
  /// The event, ended now.
  func ended() -> TraceRecord {
    var event = self
    event.duration = MonotonicTime.now.nanoseconds &- start
    return event
  }
}
