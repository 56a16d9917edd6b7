import TensorCore

/// What comes back from the worker: answers, and how far it is.
extension InstructionStream {
  /// Takes in a frame from the worker.
  func receive(_ frame: FrameBuffer) {
    let start = isWatched ? MonotonicTime.now : nil
    do {
      let header = try FrameHeader(reading: frame.bytes)
      guard header.sequence == answered, header.acknowledged <= sent,
        header.acknowledged >= acknowledged
      else {
        throw TensorError.malformed(
          "answer \(header.sequence) in place of \(answered), acknowledging "
            + "\(header.acknowledged) of \(sent)")
      }
      answered &+= UInt64(header.count)
      acknowledged = header.acknowledged
      if acknowledged == sent { unacknowledgedBytes = 0 }
      lastProcessIdentifier = header.processIdentifier
      traffic.messagesReceived += 1
      traffic.bytesReceived += frame.count
      switch header.kind {
      case .acknowledgement: break
      case .reply:
        var reader = ByteReader(frame.bytes)
        _ = try reader.readBytes(FrameHeader.size)
        for _ in 0..<header.count { try receiveReply(&reader) }
        guard reader.count == 0 else { throw TensorError.malformed("more bytes than answers") }
      default: throw TensorError.malformed("a frame of kind \(header.kind) in place of answers")
      }
      if let start { answersEvent(header, frame.count, since: start) }
    } catch let error as ClusterError {
      _ = end(error)
    } catch {
      log.logger.error("\(name) sent a frame that makes no sense: \(error)")
      _ = end(.protocolViolation(worker: name, reason: "\(error)"))
    }
  }

  private func receiveReply(_ batch: inout ByteReader) throws {
    let request = try batch.read(UInt64.self)
    let length = Int(try batch.read(UInt32.self))
    guard length >= 24 else { throw TensorError.malformed("an answer of \(length) bytes") }
    var reader = ByteReader(try batch.readBytes(length - 12))
    let code = try reader.read(UInt8.self)
    let follows = try Bool(decoding: &reader)
    _ = try reader.read(UInt16.self)
    let bodyLength = Int(truncatingIfNeeded: try reader.read(UInt64.self))
    guard let kind = ReplyKind(rawValue: code), bodyLength >= 0 else {
      throw TensorError.malformed("an answer of kind \(code)")
    }
    // An answer that nobody waits for any more is still taken in, to keep bodies in step.
    let read = reads.removeValue(forKey: request) ?? PendingRead(code: 0, number: 0)
    switch kind {
    case .tensor:
      let descriptor = try Descriptor(decoding: &reader)
      guard descriptor.byteCount == bodyLength else {
        throw TensorError.malformed("\(bodyLength) bytes for \(descriptor)")
      }
      let tensor: Tensor
      do {
        tensor = try Tensor(uninitialized: descriptor)
      } catch {
        // Into too little memory, which throws the body away.
        let byte = try Storage(byteCount: 1)
        if follows { _ = try startReceive(byte.mutableBytes, keeping: byte, for: read) }
        read.state = .done(.failure(.here(error)))
        return
      }
      if follows {
        let transfer = try startReceive(
          tensor.mutableContiguousBytes, keeping: tensor.body.storage, for: read)
        read.state = .arriving(transfer, .tensor(tensor), nil, kind)
      } else {
        tensor.mutableContiguousBytes.copyMemory(from: try reader.readBytes(bodyLength))
        read.state = .done(.success(.tensor(tensor)))
      }
    case .bytes, .failure:
      if follows {
        let storage = try Storage(byteCount: bodyLength)
        let transfer = try startReceive(storage.mutableBytes, keeping: storage, for: read)
        read.state = .arriving(transfer, nil, storage, kind)
      } else {
        finish(read, kind, try reader.readBytes(bodyLength))
      }
    }
  }

  private func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, for read: PendingRead
  ) throws(ClusterError) -> Transfer {
    traffic.messagesReceived += 1
    traffic.bytesReceived += bytes.count
    let start = trace == nil ? nil : MonotonicTime.now
    let transfer = try transport.startReceive(bytes, keeping: owner, from: peer)
    follow(transfer, .receive, read.object, bytes.count, since: start)
    return transfer
  }

  private func finish(_ read: PendingRead, _ kind: ReplyKind, _ bytes: UnsafeRawBufferPointer) {
    guard kind == .failure else {
      read.state = .done(.success(.bytes(Array(bytes))))
      return
    }
    var reader = ByteReader(bytes)
    do {
      read.state = .done(.failure(.failed(try Failure(decoding: &reader))))
    } catch {
      read.state = .done(
        .failure(.cluster(.protocolViolation(worker: name, reason: "\(error)"))))
    }
  }

  /// The result of a read, if it is there.
  func result(of read: PendingRead) -> Result<PendingRead.Value, ReadFailure>? {
    switch read.state {
    case .done(let result): return result
    case .waiting: return failure.map { .failure(.cluster($0)) }
    case .arriving(let transfer, let value, let storage, let kind):
      guard transfer.isComplete else { return failure.map { .failure(.cluster($0)) } }
      if let failure = transfer.failure {
        read.state = .done(.failure(.cluster(failure)))
        return result(of: read)
      }
      if let value {
        read.state = .done(.success(value))
      } else if let storage {
        finish(read, kind, storage.bytes)
      }
      return result(of: read)
    }
  }
}
