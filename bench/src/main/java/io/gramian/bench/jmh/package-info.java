/**
 * Microbenchmarks by JMH. Classes {@code *Time} are what JMH runs, in processes of its own, and can
 * be run by JMH's command line too; classes {@code *Jobs} say which of their parameters are
 * measured, and turn JMH's results into lines.
 */
package io.gramian.bench.jmh;
