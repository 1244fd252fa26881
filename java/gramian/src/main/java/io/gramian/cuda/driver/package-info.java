/**
 * The CUDA driver API through {@link java.lang.foreign}: straight to {@code libcuda.so.1}, with no
 * JNI code and no CUDA toolkit.
 *
 * <p>{@link io.gramian.cuda.driver.Driver} has one method per driver function and returns its
 * result code. The other classes are one concept each (memory, stream, event, module, kernel,
 * launch), make the primary context current around their calls, and turn result codes into {@link
 * io.gramian.CudaException}. Handles and device addresses are {@code long}.
 */
package io.gramian.cuda.driver;
