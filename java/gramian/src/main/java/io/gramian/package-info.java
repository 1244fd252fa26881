/**
 * Devices, tensors, plans and errors. The ops are in {@link io.gramian.op}.
 *
 * <p>A {@link io.gramian.Device} is opened for a backend, an op is planned on it once, and the plan
 * runs as often as one likes; all three are closed after use. For Java arrays a {@link
 * io.gramian.HostPlan} copies what has to be copied:
 *
 * {@snippet file="LossFromArrays.java"}
 *
 * <p>Where tensors are the caller's, {@link io.gramian.Device#wrap} makes a view of memory, and
 * {@link io.gramian.Plan#run(Stream, Bindings, Bindings)} only enqueues.
 */
package io.gramian;
