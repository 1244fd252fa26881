/**
 * Times of a GPU by its own clock, against ceilings of the same run: copies within the device and
 * the largest matrix product that the machine offers.
 */
package io.gramian.bench.gpu;
