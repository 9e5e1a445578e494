// SPDX-License-Identifier: Apache-2.0
internal import Gzip
internal import JapaneseWords
internal import KafkaBridge
internal import StateStore
internal import Touchpoints

/// What kind of failure an error is, as an exit code of sysexits.
public enum FailureClass {
    /// 69: a service is unavailable. 70: our bug. 74: input or output. 75: try again. 78: configuration.
    public static func exitCode(of error: any Error) -> Int32 {
        switch error {
        case let error as KafkaLogError: error.exitCode
        case let error as KafkaError: error.isRetriable ? 69 : 75
        case PackedError.newerFormat: 75
        case is PackedError: 70
        case let error as EmbeddedLogError: exitCode(of: error)
        case let error as StateStoreError: error.isRetriable ? 75 : 74
        case is WordDictionaryError: 69
        case is IdentityRulesError: 78
        case let error as ReplayPlaceError: error.exitCode
        case is ReplayInterrupted: 75
        case is LineReaderError, is OutputError: 74
        default: 74
        }
    }

    private static func exitCode(of error: EmbeddedLogError) -> Int32 {
        switch error.code {
        case .newerFormat: 75
        case .partitionsChanged: 78
        case .roleTaken, .invalid: 70
        default: error.isRetriable ? 75 : 74
        }
    }
}
