/**
 * Tensors in and out by <a href="https://dmlc.github.io/dlpack/latest/">DLPack</a>, the struct by
 * which PyTorch, JAX, TensorFlow, CuPy and others hand each other tensors without a copy.
 */
package io.gramian.dlpack;
