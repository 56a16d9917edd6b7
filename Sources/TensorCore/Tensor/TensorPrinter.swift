/// The text of a tensor, to the letter as PyTorch prints it with its default options, but for
/// `dtype=float64` where PyTorch has `dtype=torch.float64`.
///
/// Three steps: take the elements that are shown (`shownPart`), turn each into a cell, all cells
/// with one rule (`NumberColumn`), and set the cells between brackets (`CellLayout`).
enum TensorPrinter {
  /// Digits after the decimal point.
  static let precision = 4
  /// Tensors of more elements are shown by their first and last positions along every axis.
  static let threshold = 1000
  /// How many positions are shown at either end of a long axis then.
  static let edgeItems = 3
  /// Columns that a line may take.
  static let lineWidth = 80

  private static let opening = "tensor("

  /// The text. Its cost follows the number of elements shown, not that of the tensor. Never fails:
  /// should the elements be out of reach, the text says what is known without them.
  static func text(of tensor: Tensor) -> String {
    let (text, hasElements) = (try? elementsText(of: tensor)).map { ($0, true) } ?? ("...", false)
    return closed(opening + text, with: remarks(on: tensor, elementsAreShown: hasElements))
  }

  private static func elementsText(of tensor: Tensor) throws -> String {
    if tensor.elementCount == 0 { return "[]" }
    let isSummarised = tensor.elementCount > threshold
    let shown = isSummarised ? try shownPart(of: tensor) : tensor.detach()
    let layout = CellLayout(
      shape: shown.shape,
      isCut: tensor.shape.map { isSummarised && isLong($0) },
      column: try NumberColumn(of: shown))
    return layout.text(indent: opening.utf8.count)
  }

  // MARK: Summarising

  private static func isLong(_ length: Int) -> Bool { length > 2 * edgeItems }

  /// The tensor without the inner positions of long axes. Goes through views, so that only what is
  /// shown is ever copied.
  private static func shownPart(of tensor: Tensor, from axis: Int = 0) throws -> Tensor {
    if axis == tensor.rank { return tensor.detach() }
    let length = tensor.shape[axis]
    guard isLong(length) else { return try shownPart(of: tensor, from: axis + 1) }
    let ends = try [0, length - edgeItems].map { start in
      try shownPart(
        of: tensor.part(axis: axis, start: start, length: edgeItems), from: axis + 1)
    }
    return try Tensor.cat(ends, dim: axis)
  }

  // MARK: Remarks after the elements

  /// Something said behind the elements.
  private struct Remark {
    let text: String
    /// Columns that it counts for when lines are broken.
    let width: Int

    /// `spared` is how much longer PyTorch writes it: lines break where PyTorch breaks them.
    init(_ text: String, spared: Int = 0) {
      self.text = text
      width = text.utf8.count + spared
    }
  }

  /// What cannot be seen from the elements.
  private static func remarks(on tensor: Tensor, elementsAreShown: Bool) -> [Remark] {
    var remarks: [Remark] = []
    if !elementsAreShown || (tensor.elementCount == 0 && tensor.rank != 1) {
      remarks.append(Remark("size=(" + tensor.shape.map(String.init).joined(separator: ", ") + ")"))
    }
    // The look of an element tells bool, int64 and the default float apart.
    let tells = elementsAreShown && tensor.elementCount > 0
    if tensor.dtype != .defaultFloat && !(tells && [.bool, .int64].contains(tensor.dtype)) {
      remarks.append(Remark("dtype=\(tensor.dtype)", spared: "torch.".utf8.count))
    }
    if tensor.node != nil { remarks.append(Remark("requires_grad=True")) }
    return remarks
  }

  /// Appends the remarks, each to the last line where it fits there, and the closing bracket.
  private static func closed(_ text: String, with remarks: [Remark]) -> String {
    var result = text
    // Two columns are kept free, but not on a line that begins with a remark: PyTorch counts so.
    var lastLine = (text.utf8.split(separator: UInt8(ascii: "\n")).last?.count ?? 0) + 2
    for remark in remarks {
      if lastLine + 2 + remark.width > lineWidth {
        result += ",\n" + String(repeating: " ", count: opening.utf8.count) + remark.text
        lastLine = opening.utf8.count + remark.width
      } else {
        result += ", " + remark.text
        lastLine += 2 + remark.width
      }
    }
    return result + ")"
  }
}

/// Cells of equal width in nested brackets, a bracket for each axis.
private struct CellLayout {
  /// The lengths of the axes, as far as they are shown.
  let shape: Shape
  /// Whether inner positions of the axis are left out.
  let isCut: [Bool]
  /// The cells in row-major order.
  let column: NumberColumn

  /// The whole text; `indent` is how many columns stand before it on its first line.
  func text(indent: Int) -> String {
    if shape.rank == 0 { return column.cells.first ?? "" }
    return block(axis: 0, column.cells[...], indent: indent)
  }

  /// The part of the text that stands for some positions on the axes before `axis`.
  private func block(axis: Int, _ cells: ArraySlice<String>, indent: Int) -> String {
    if axis == shape.rank - 1 { return vector(cells, isCut: isCut[axis], indent: indent) }
    let step = cells.count / shape[axis]
    var blocks = stride(from: cells.startIndex, to: cells.endIndex, by: step).map { start in
      block(axis: axis + 1, cells[start..<start + step], indent: indent + 1)
    }
    if isCut[axis] { blocks.insert("...", at: TensorPrinter.edgeItems) }
    return bracketed(blocks, lineBreaks: shape.rank - 1 - axis, indent: indent)
  }

  /// The cells of the last axis, on as many lines as they need.
  private func vector(_ cells: ArraySlice<String>, isCut: Bool, indent: Int) -> String {
    var cells = Array(cells)
    if isCut { cells.insert(" ...", at: TensorPrinter.edgeItems) }
    let perLine = max((TensorPrinter.lineWidth - indent) / (column.width + 2), 1)
    let lines = stride(from: 0, to: cells.count, by: perLine).map { start in
      cells[start..<min(start + perLine, cells.count)].joined(separator: ", ")
    }
    return bracketed(lines, lineBreaks: 1, indent: indent)
  }

  private func bracketed(_ parts: [String], lineBreaks: Int, indent: Int) -> String {
    let separator =
      "," + String(repeating: "\n", count: lineBreaks) + String(repeating: " ", count: indent + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }
}
