// Reductions that order, count or compare elements: op codes 0x0B00 …

let statisticsEntries: [any Operation.Type] = [
  KthValue.self, Median.self, NanMedian.self, Mode.self, MedianOfAll.self, QuantilePlaces.self,
  Bincount.self, Histc.self, Histogram.self, SegmentReduce.self, SegmentReduceBackward.self,
]

extension NamedOperations {
  mutating func addStatistics() {
    addOrders()
    addHistograms()
    addDifferences()
    addCovariances()
    addSegments()
  }
}
