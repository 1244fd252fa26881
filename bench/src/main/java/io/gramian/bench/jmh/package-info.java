/**
 * Microbenchmarks by JMH. Classes {@code *Time} are what JMH runs, in processes of its own, and can
 * be run by JMH's command line too; {@code JmhSuite} says which of their parameters are measured,
 * and turns JMH's results into lines.
 */
package io.gramian.bench.jmh;
