import Testing
import TensorCore
@Test func nothing() { }
