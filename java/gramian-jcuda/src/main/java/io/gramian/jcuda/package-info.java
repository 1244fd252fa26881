/**
 * Pointers and streams of other CUDA bindings as tensors and streams of Gramian and the other way
 * round, without a copy: {@link io.gramian.jcuda.JCuda} for jcuda, {@link
 * io.gramian.jcuda.JavaCppCuda} for {@code org.bytedeco:cuda}. Each needs only its own binding.
 */
package io.gramian.jcuda;
