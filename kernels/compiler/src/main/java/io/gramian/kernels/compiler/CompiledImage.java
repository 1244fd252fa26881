package io.gramian.kernels.compiler;

/**
 * An image and what its compiler said.
 *
 * @param bytes the cubin, PTX text or shared object
 * @param log the log of the compiler; for a cubin it holds ptxas's resource report
 */
@SuppressWarnings("ArrayRecordComponent")
public record CompiledImage(byte[] bytes, String log) {}
