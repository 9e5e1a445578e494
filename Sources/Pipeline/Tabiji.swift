// SPDX-License-Identifier: Apache-2.0

/// The product.
public enum Tabiji {
    public static let version = "0.1.0"
}
