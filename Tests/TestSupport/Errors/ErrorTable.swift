import ClusterTensor
import Foundation

/// `docs/errors.md`, made of the cases in the sources and of the examples that tests provoke.
public enum ErrorTable {
  private static let introduction = """
    # Errors

    Every error case of the library: an example of its text, what caused it, what to do. This file is made from the cases
    in the sources and from examples that tests provoke under mpirun: the test compares the whole text, sees that the worker and
    all other pointers go on, and that no element of a tensor or cell of a file stands in the text. `scripts/generate-errors`
    writes it anew; a test fails where it is not up to date.

    Numbers of objects and processes are those of one run. Shapes, dtypes and arguments that do not fit throw at once, before
    anything is sent. What only the worker can find out is thrown where the result is read, or anything that was computed from it: the
    first failure, as `ClusterError.failedAtWorker`.

    Every wait has a deadline that the program sets: `ClusterOptions.deadline` and `Cluster.deadline` for answers and for workers that
    are too far behind, `handshakeDeadline` for ranks that join, `transferDeadline` for announced bytes, `goodbyeDeadline` for
    the end. Whatever it is, a wait for a process on this host that has ended ends within a second.

    Casts never fail. They give what PyTorch gives on x86-64: fractions are cut off, integers wrap, a float beyond the range of an
    int32 or int64 (nan too) becomes its smallest number; to uint8 it goes through int64 and wraps.


    """

  private static let sections: [(prefix: String, title: String, text: String)] = [
    (
      "TensorError.", "Tensors, wherever they live",
      "`TensorError`, thrown by the call that is wrong."
    ),
    (
      "ClusterError.", "Workers, pointers and sessions",
      "`ClusterError`."
    ),
    (
      "Failure.Kind.", "What a worker finds out",
      "The `kind` of the `Failure` in `ClusterError.failedAtWorker`, or `ClusterError.notPermitted` for that one."
    ),
    ("LearningError.", "Learning", "`LearningError` of `ClusterLearning`."),
  ]

  /// The whole file.
  public static var markdown: String {
    introduction
      + sections.map { section in
        "## \(section.title)\n\n\(section.text)\n\n"
          + "| case | example text | what caused it | what to do |\n|---|---|---|---|\n"
          + ErrorExamples.kinds.filter { $0.name.hasPrefix(section.prefix) }.map(rows).joined()
      }.joined(separator: "\n")
  }

  private static func rows(_ kind: any ErrorKind) -> String {
    let examples = ErrorExamples.all.filter { $0.name == kind.name }
    let name = "`\(kind.name.replacing("Failure.Kind.", with: "."))`"
    if examples.isEmpty {
      return row([
        name, "", "Kept for the wire; nothing leads to it yet. \(kind.cause)", kind.remedy,
      ])
    }
    return examples.map { example in
      row([name, example.text, "\(kind.cause) Here: \(example.situation).", kind.remedy])
    }.joined()
  }

  private static func row(_ cells: [String]) -> String {
    "| "
      + cells.map { cell in
        cell.replacing("\n", with: "<br>").replacing("|", with: "\\|")
      }.joined(separator: " | ") + " |\n"
  }
}
