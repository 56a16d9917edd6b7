/// How wide text is on a terminal, and where its lines may break.
package enum TextLayout {
  /// Columns that a text takes: two for an East Asian wide character, one for any other.
  package static func columns(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  /// A text in lines of at most `width` columns. Lines break at spaces and between wide characters, but not
  /// before what must not begin a line (、。」）ー) nor after what must not end one (「（). Words that are
  /// longer stay whole, and so does what no-break spaces join; they become spaces.
  package static func lines(of text: String, width: Int) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      // A line that fits keeps its spaces as they are.
      columns(of: line) > width ? broken(String(line), width: width) : [String(line)]
    }
    return lines.map { String($0.map { $0 == noBreakSpace ? " " : $0 }) }
  }

  /// A text that stays on one line.
  package static func joined(_ text: String) -> String {
    String(text.map { $0 == " " ? noBreakSpace : $0 })
  }

  private static let noBreakSpace: Character = "\u{A0}"

  /// Closing brackets and punctuation.
  private static let closing = Set("、。，．：；？！」』）】〉》〕］｝…‥,.:;?!)]}%")
  /// What lines must not begin with: those, small kana, and marks that join, prolong or repeat.
  private static let neverFirst = closing.union("・ーゝゞ々〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
  /// What lines must not end with: opening brackets.
  private static let neverLast = Set("「『（【〈《〔［｛([{")

  /// How many columns a line may stay shorter so that it ends where a phrase does.
  private static let maximumSlack = 20

  private static func broken(_ line: String, width: Int) -> [String] {
    var lines: [String] = []
    var current: [Piece] = []
    var used = 0
    for piece in pieces(of: line) {
      if !current.isEmpty, used + piece.spaces + piece.columns > width {
        let next = rest(of: &current, before: piece, width: width)
        lines.append(string(of: current, isFirst: lines.isEmpty))
        current = next
        used = next.reduce(0) { $0 + $1.spaces + $1.columns } - (next.first?.spaces ?? 0)
      }
      used += piece.columns + (current.isEmpty && !lines.isEmpty ? 0 : piece.spaces)
      current.append(piece)
    }
    lines.append(string(of: current, isFirst: lines.isEmpty))
    return lines
  }

  /// Takes off the end of a full line what should go to the next one with `piece`.
  private static func rest(of line: inout [Piece], before piece: Piece, width: Int) -> [Piece] {
    guard !piece.beginsPhrase else { return [] }
    let slack = min(maximumSlack, width / 3, width - piece.spaces - piece.columns)
    var columns = 0
    for index in line.indices.dropFirst().reversed() {
      columns += line[index].columns + line[index].spaces
      if columns > slack { break }
      if line[index].beginsPhrase {
        defer { line.removeSubrange(index...) }
        return Array(line[index...])
      }
    }
    return []
  }

  /// A line of pieces; only the first line of a text keeps the spaces that it begins with.
  private static func string(of pieces: [Piece], isFirst: Bool = false) -> String {
    var text = ""
    for (index, piece) in pieces.enumerated() {
      if index > 0 || isFirst { text += String(repeating: " ", count: piece.spaces) }
      text += piece.text
    }
    return text
  }

  /// What stays together.
  private struct Piece {
    /// Spaces that stand before it.
    var spaces: Int
    var text: String
    var columns: Int
    /// Whether a line had better break before it than elsewhere nearby.
    var beginsPhrase: Bool
  }

  private static func pieces(of line: String) -> [Piece] {
    var pieces: [Piece] = []
    var spaces = 0
    var last: Character?
    for character in line {
      if character == " " {
        spaces += 1
        continue
      }
      let width = columns(of: character)
      if let last, spaces == 0, !mayBreak(between: last, character) {
        pieces[pieces.count - 1].text.append(character)
        pieces[pieces.count - 1].columns += width
      } else {
        pieces.append(
          Piece(
            spaces: spaces, text: String(character), columns: width,
            beginsPhrase: last.map { beginsPhrase(character, after: $0) } ?? true))
      }
      spaces = 0
      last = character
    }
    return pieces
  }

  /// Whether a line may end between two characters that no space parts.
  private static func mayBreak(between left: Character, _ right: Character) -> Bool {
    guard columns(of: left) == 2 || columns(of: right) == 2 else { return false }
    return !neverFirst.contains(right) && !neverLast.contains(left)
  }

  /// Japanese phrases end in hiragana or punctuation, and rarely begin with hiragana.
  private static func beginsPhrase(_ right: Character, after left: Character) -> Bool {
    if closing.contains(left) || neverLast.contains(right) { return true }
    if columns(of: left) == 1, columns(of: right) == 1 { return true }
    return isHiragana(left) && !isHiragana(right)
  }

  private static func isHiragana(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { 0x3041...0x309F ~= $0.value } ?? false
  }

  private static func columns(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first?.value, first >= 0x1100 else { return 1 }
    return wide.contains { $0.contains(first) } ? 2 : 1
  }

  /// Classes W and F of Unicode's EastAsianWidth.txt, with the unassigned gaps inside blocks filled. The
  /// ambiguous class, box drawing and arrows among it, is narrow, as terminals have it.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x25FD...0x25FE,
    0x2614...0x2615, 0x2648...0x2653, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F320,
    0x1F32D...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
