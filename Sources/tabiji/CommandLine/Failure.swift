// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Pipeline
internal import Touchpoints

/// Which exit code an error ends the process with.
enum Failure {
    static func exit(for error: any Error) -> Exit {
        switch error {
        case is UsageError: .usage
        case is ConfigurationProblems: .configuration
        case is IdentityQuestion.Refusal: .usage
        case let error as CommandFailure: error.exit
        case is ServiceUnavailable: .unavailable
        case PackedError.newerFormat: .tryAgain
        default: Exit(rawValue: FailureClass.exitCode(of: error)) ?? .inputOutput
        }
    }
}

/// A command cannot do what it was asked, and says why.
struct CommandFailure: Error, CustomStringConvertible {
    let exit: Exit
    let description: String

    init(_ exit: Exit, _ description: String) {
        self.exit = exit
        self.description = description
    }
}
