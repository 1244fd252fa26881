package io.gramian.kernels.contract;

import java.util.List;

/**
 * An enum of 32 bits that host and device share.
 *
 * @param name in C++, with namespaces
 * @param javaName of its class
 * @param values in order
 * @param comment of the header
 */
record Enumeration(String name, String javaName, List<Value> values, String comment) {
  /**
   * A constant.
   *
   * @param name in C++, without namespaces
   */
  record Value(String name, long code, String comment) {}
}
