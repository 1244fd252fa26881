/**
 * Pointers and streams of other CUDA bindings as tensors and streams of Gramian and the other way
 * round, without a copy: {@link io.gramian.jcuda.JCuda} for jcuda, {@link
 * io.gramian.jcuda.JavaCppCuda} for {@code org.bytedeco:cuda}. Each needs only its own binding.
 *
 * <p>A loss of memory that jcuda has allocated:
 *
 * {@snippet file="LossFromJcuda.java"}
 */
package io.gramian.jcuda;
