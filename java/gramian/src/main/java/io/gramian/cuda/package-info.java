/**
 * The CUDA backend: hand-written kernels, launched from Java through the driver API.
 *
 * <p>Two backends share all of this code. {@code cuda} runs on the NVIDIA driver of the machine and
 * takes its kernels from {@code META-INF/gramian/kernels}; {@code emulated} runs on the emulated
 * device and takes both driver and kernels from {@code META-INF/gramian/emulated}.
 *
 * <p><b>Order of work.</b> A run is enqueued on the stream it is given and is ordered with the work
 * of that stream only. Streams that a device makes, and the default stream, wait for one another as
 * the driver defines it (they are not "non-blocking"); a wrapped stream has the order that its
 * owner gave it. Reading and writing the values of a tensor waits for all work of the context, so
 * it sees the results of every stream. Freeing a tensor waits likewise.
 *
 * <p><b>Errors.</b> A launch that the driver refuses fails at once. A kernel that fails on the
 * device is reported by the next call that waits for it, and then by every call: the context is
 * lost, for all libraries of the process that use it.
 *
 * <p><b>Closing.</b> A device retains the primary context and loads each op's kernels when they are
 * first planned. It refuses to close while tensors, streams or plans made with it are open; closing
 * it unloads the kernels and releases the context.
 */
package io.gramian.cuda;
