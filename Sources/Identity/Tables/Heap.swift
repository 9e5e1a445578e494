// SPDX-License-Identifier: Apache-2.0

/// A heap: whatever comes before all others is found at once. The order is the caller's, and always the same.
struct Heap<Element: Sendable>: Sendable {
    private var elements: [Element] = []

    var count: Int { elements.count }
    var isEmpty: Bool { elements.isEmpty }
    var first: Element? { elements.first }

    mutating func push(_ element: Element, _ isBefore: (Element, Element) -> Bool) {
        elements.append(element)
        var place = elements.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard isBefore(elements[place], elements[parent]) else { return }
            elements.swapAt(place, parent)
            place = parent
        }
    }

    mutating func pop(_ isBefore: (Element, Element) -> Bool) -> Element? {
        guard let first = elements.first else { return nil }
        let last = elements.removeLast()
        guard !elements.isEmpty else { return first }
        elements[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < elements.count {
                if isBefore(elements[child], elements[least]) { least = child }
            }
            guard least != place else { return first }
            elements.swapAt(place, least)
            place = least
        }
    }
}
