// SPDX-License-Identifier: Apache-2.0

/// What the rules of Japanese count for. The scale is the lexicon's: −4 … +4.
enum JapaneseWeights {
    /// A good thing that is not, and a bad one.
    static let notGood = -0.9
    static let notBad = -0.45
    /// A bad thing that is over.
    static let relieved = -0.5
    /// A good thing that is only wished.
    static let wished = -1.1
    /// Too much of what is good stays good; of what is neither, it is bad.
    static let tooMuch = 1.2
    static let tooMuchOfLittle = -1.4
    static let good = 1.6
    /// A verb with a negation and without any term: something does not happen, or cannot.
    static let notDone = -0.65
    static let cannot = 1.5
    static let desire = 0.6
    /// A good thing that somebody should do.
    static let wanted = -0.6
    /// 〜てしまう
    static let unwanted = -0.4
    /// 〜てくれた
    static let favour = 0.9
    /// Good, before something bad that it is said of.
    static let mocked = -0.3
    /// A thing is not there.
    static let notThere = -0.55
    /// A sentence ends in が, with what is good before it.
    static let beforeNothing = 0.5
    static let unsaid = -0.4
    static let undesired = -1.2
    static let request = -1.2
    /// Before and after が and けど.
    static let beforeContrast = 0.2
    static let afterContrast = 1.5
    /// Before のに, what is good.
    static let beforeRegret = 0.3
    static let regret = -0.5
    static let lastRegret = -1.2
    static let reservation = -0.7
    /// What was said before しかし and ただ.
    static let beforeReservation = 0.7
    /// In a question.
    static let askedGood = 0.3
    static let askedBad = 0.9
    static let question = -0.5
    /// An English word among Japanese ones says no less than this.
    static let englishMin = 1.5
    /// Of the linear classifier.
    static let grams = 0.6
    static let gramsAsked = 0.3
    /// A single word says less than many.
    static let gramsLeast = 20.0
    /// Of all signs together.
    static let signsMax = 3.0
    /// Who writes without complaint is rather content.
    static let lean = 0.1
}
