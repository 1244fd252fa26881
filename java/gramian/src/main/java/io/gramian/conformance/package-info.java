/**
 * What every backend must compute: inputs for every op, runs of them on a device, and the distance
 * of what comes out from the float64 reference. {@code gramian validate} and the tests share it.
 */
package io.gramian.conformance;
