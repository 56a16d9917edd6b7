import ClusterTensor

/// What the tutorial says beside its chapters and cells.
enum TutorialWords {
  static let title = Text(english: "Tensors at bob's", japanese: "bob に預けるテンソル")

  static let pause = Text(
    english: "Press Enter to go on. ", japanese: "Enter キーで次へ進みます。")

  static func noBob(_ names: [String]) -> Text {
    let names = names.joined(separator: ", ")
    return Text(
      english: "the tutorial's code speaks of a worker bob, but there is only \(names): start it "
        + "with --workers bob,alice",
      japanese: "チュートリアルのコードには bob というワーカーが必要ですが、いまのワーカーは "
        + "\(names) だけです。--workers bob,alice を付けて起動してください。")
  }

  // MARK: On a terminal

  static func opening(process: Int32) -> Text {
    Text(
      english: "This program is rank 0, process \(process). Its workers:",
      japanese: "このプログラムはランク 0（プロセス \(process)）です。ワーカーは次のとおりです。")
  }

  static func introduction(of worker: Worker) -> Text {
    let (name, rank, process) = (worker.name, worker.rank, worker.processIdentifier)
    return Text(
      english: "\(name), rank \(rank), process \(process)",
      japanese: "\(name)（ランク \(rank)、プロセス \(process)）")
  }

  static func sent(_ instructions: String, bytes: Int, to worker: Worker) -> Text {
    let (name, process) = (worker.name, worker.processIdentifier)
    return Text(
      english: "to \(name), process \(process): \(instructions); \(bytes)\u{A0}bytes",
      japanese: "\(name)（プロセス \(process)）へ \(instructions)（\(bytes)\u{A0}バイト）")
  }

  // MARK: In a document

  /// Leads to the same page in the other language.
  static let otherLanguage = Text(
    english: "[日本語](tutorial.ja.md)", japanese: "[English](tutorial.md)")

  static func openingOfDocument(workers: [Worker]) -> Text {
    let listed = workers.map { "\($0.name) (rank \($0.rank))" }.joined(separator: ", ")
    let listedInJapanese = workers.map { "\($0.name)（ランク \($0.rank)）" }
      .joined(separator: "、")
    return Text(
      english: """
        This page is the output of a real run: `scripts/generate-docs` ran the program on \
        \(workers.count + 1) ranks and wrote down each piece of code with what it printed. The \
        program is rank 0; its workers are \(listed). `scripts/run tutorial` runs it here and now, \
        `scripts/run tutorial --step` waits after each piece.

        An arrow shows which instructions went to a worker. Ids are random; on this page they come from \
        a fixed seed. What no two runs have alike is left out: the numbers of the processes, the bytes \
        sent, and when a worker is told to release an object that nobody points to any more.
        """,
      japanese: """
        このページは、実際に動かした結果をそのまま書き出したものです。`scripts/generate-docs` \
        がプログラムを \(workers.count + 1) つのランクで実行し、コードとその出力を 1 つずつ記録しました。\
        プログラム自身はランク 0、ワーカーは \(listedInJapanese)です。手元で動かすには \
        `scripts/run tutorial --language ja` を実行します。`--step` を付けると、1 つ進むごとに待ちます。

        矢印の行は、ワーカーに送られた命令です。id は本来ランダムですが、このページでは固定のシードから\
        作っています。プロセス番号、送ったバイト数、どこからも指されなくなったオブジェクトの解放（release）\
        の時期は実行のたびに変わるので、載せていません。
        """)
  }

  static func sentInDocument(_ instructions: String, to worker: Worker) -> Text {
    Text(
      english: "→ to \(worker.name): \(instructions)",
      japanese: "→ \(worker.name) へ: \(instructions)")
  }
}
