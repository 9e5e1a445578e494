// SPDX-License-Identifier: Apache-2.0
internal import Foundation

exit(CommandTable.main(Array(CommandLine.arguments.dropFirst())).rawValue)
