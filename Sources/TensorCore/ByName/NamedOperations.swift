/// What can be called by name with tensors of one home: filled once for each home by the lists that stand at
/// the end of the family files.
public struct NamedOperations<T: TensorProtocol>: Sendable {
  typealias Body = @Sendable (Arguments<T>) throws -> [Argument<T>]

  /// One way to call an operation.
  struct Form: Sendable {
    let signature: Signature
    let body: Body
  }
  private(set) var forms: [String: [Form]] = [:]
  /// Second names and what they are names for.
  private(set) var originals: [String: String] = [:]

  /// Adds a way to call an operation. Where a name has several, the first whose parameters take the arguments
  /// is called.
  mutating func addValues(
    _ declaration: String, _ body: @escaping @Sendable (Arguments<T>) throws -> [Argument<T>]
  ) {
    let signature = Signature(declaration)
    forms[signature.name, default: []].append(Form(signature: signature, body: body))
  }
  /// Adds an operation with one result.
  mutating func add(
    _ declaration: String, _ body: @escaping @Sendable (Arguments<T>) throws -> T
  ) {
    addValues(declaration) { [.tensor(try body($0))] }
  }
  /// Adds an operation with a list of results.
  mutating func addList(
    _ declaration: String, _ body: @escaping @Sendable (Arguments<T>) throws -> [T]
  ) {
    addValues(declaration) { try body($0).map { .tensor($0) } }
  }
  /// Adds an operation with two results.
  mutating func addPair(
    _ declaration: String, _ body: @escaping @Sendable (Arguments<T>) throws -> (T, T)
  ) {
    addValues(declaration) { arguments in
      let (first, second) = try body(arguments)
      return [.tensor(first), .tensor(second)]
    }
  }
  /// Adds an operation whose result is a value that is no tensor.
  mutating func addValue(
    _ declaration: String, _ body: @escaping @Sendable (Arguments<T>) throws -> Argument<T>
  ) {
    addValues(declaration) { [try body($0)] }
  }
  /// Gives operations a second name.
  mutating func alias(_ name: String, of original: String) {
    guard let known = forms[original] else { preconditionFailure("no \(original)") }
    originals[name] = original
    for form in known {
      let declaration = name + form.signature.description.dropFirst(original.count)
      forms[name, default: []].append(Form(signature: Signature(declaration), body: form.body))
    }
  }

  func call(
    _ name: String, _ positional: [Argument<T>], _ named: [String: Argument<T>], at place: Place<T>
  ) throws -> [Argument<T>] {
    let candidates = forms[name] ?? []
    var first: (any Error)?
    for form in candidates {
      let arguments: Arguments<T>
      do {
        arguments = try Arguments(form.signature, positional, named, at: place)
      } catch {
        first = first ?? error
        continue
      }
      return try form.body(arguments)
    }
    guard candidates.count > 1 else {
      throw first ?? TensorError.invalidArgument(name, "there is no such operation")
    }
    throw TensorError.invalidArgument(
      name,
      "no form of it takes (\(positional.map(\.kind).joined(separator: ", "))"
        + named.keys.sorted().map { ", \($0)" }.joined() + "); it is called as "
        + candidates.map(\.signature.description).joined(separator: " or "))
  }
}
