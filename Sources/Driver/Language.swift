import ArgumentParser

/// A language that the tutorial speaks.
enum Language: String, ExpressibleByArgument, CaseIterable {
  case english = "en"
  case japanese = "ja"
}

/// One text in every language: it cannot be written in one and forgotten in the other.
struct Text {
  private let english: String
  private let japanese: String

  init(english: String, japanese: String) {
    self.english = english
    self.japanese = japanese
  }

  subscript(language: Language) -> String {
    switch language {
    case .english: english
    case .japanese: japanese
    }
  }
}
