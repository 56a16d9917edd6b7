import Driver
import Testing

/// How text is broken into lines.
@Suite struct TextLayoutTests {
  @Test("wide characters take two columns, box drawing and arrows one")
  func columns() {
    #expect(TextLayout.columns(of: "bob") == 3)
    #expect(TextLayout.columns(of: "テンソル") == 8)
    #expect(TextLayout.columns(of: "（ランク 1）、") == 14)
    #expect(TextLayout.columns(of: "─│→×…") == 5)
    // A mark that combines with the letter before it takes no column of its own.
    #expect(TextLayout.columns(of: "e\u{301}ガ") == 3)
  }

  @Test(
    "where lines break",
    arguments: [
      ("one two three", 7, ["one two", "three"]),
      ("a longerthanfive b", 5, ["a", "longerthanfive", "b"]),
      ("fits  as it  is", 15, ["fits  as it  is"]),
      ("two\nlines", 80, ["two", "lines"]),
      ("0x0300\u{A0}add, 0x0003\u{A0}get", 12, ["0x0300 add,", "0x0003 get"]),
      ("漢字漢字漢字", 5, ["漢字", "漢字", "漢字"]),
      // What must not begin a line takes the character before it along.
      ("漢字漢字。漢字", 8, ["漢字漢", "字。漢字"]),
      ("漢字漢（字）", 8, ["漢字漢", "（字）"]),
      ("スーパーマーケット", 10, ["スーパー", "マーケット"]),
      // Phrases end in hiragana.
      ("手元の値を配列で読む", 14, ["手元の値を", "配列で読む"]),
      ("値を bob に送る", 8, ["値を bob", "に送る"]),
    ])
  func breaks(text: String, width: Int, lines: [String]) {
    #expect(TextLayout.lines(of: text, width: width) == lines)
  }

  @Test("laws over random texts", arguments: 0..<200)
  func laws(seed: Int) {
    var generator = Generator(state: UInt64(seed))
    let alphabet = Array("ab  .,()漢字仮名のはをテンソー。、「」（）ッ1")
    let text = String(
      (0..<Int.random(in: 1...120, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      })
    let width = Int.random(in: 8...40, using: &generator)
    let lines = TextLayout.lines(of: text, width: width)
    let withoutSpaces = { (text: String) in text.filter { $0 != " " } }
    #expect(withoutSpaces(lines.joined()) == withoutSpaces(text), "seed \(seed)")
    for (index, line) in lines.enumerated() {
      // Longer lines hold one piece: nothing in them may be parted.
      if TextLayout.columns(of: line) > width {
        #expect(!line.trimmingSpaces.contains(" "), "seed \(seed): \(line)")
      }
      guard index > 0, let first = line.first, let last = lines[index - 1].last else { continue }
      #expect(!"。、」）ーッ".contains(first) || text.contains(" \(first)"), "seed \(seed): \(line)")
      #expect(!"「（".contains(last) || text.contains("\(last) "), "seed \(seed): \(line)")
    }
  }

  /// splitmix64.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: Substring { drop { $0 == " " } }
}
