package io.gramian.kernels.contract;

import java.util.List;

/**
 * A constant that host and device share, or an array of constants.
 *
 * @param name in C++, without namespaces
 * @param namespace that it is of
 * @param type in C++
 * @param values one, or those of the array
 * @param comment of the header
 */
record Constant(
    String name,
    String namespace,
    String type,
    boolean isArray,
    List<Double> values,
    String comment) {}
