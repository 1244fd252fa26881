package io.gramian.bench.jcuda;

import io.gramian.Device;
import io.gramian.bench.peers.Launch;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;

/** The smallest Gram matrix, [2,2] of two vectors of 32, by jcublas. Needs a GPU. */
public final class JcublasLaunch implements Launch {
  /** Name of this side. */
  public static final String KEY = "jcublas";

  private static final int VECTORS = 2;
  private static final int DIMENSION = 32;

  private final int ordinal;
  private final cublasHandle handle = new cublasHandle();
  private final CUdeviceptr rows = new CUdeviceptr();
  private final CUdeviceptr gram = new CUdeviceptr();
  private final Pointer one = Pointer.to(new float[] {1});
  private final Pointer zero = Pointer.to(new float[] {0});

  /** Allocates, on the thread that will enqueue. */
  public JcublasLaunch(Device device) {
    this.ordinal = device.place().ordinal();
    Jcuda.enterPrimaryContext(ordinal);
    JCublas2.setExceptionsEnabled(true);
    JCublas2.cublasCreate(handle);
    long bytes = (long) VECTORS * DIMENSION * Sizeof.FLOAT;
    JCudaDriver.cuMemAlloc(rows, bytes);
    JCudaDriver.cuMemsetD8(rows, (byte) 0, bytes);
    JCudaDriver.cuMemAlloc(gram, (long) VECTORS * VECTORS * Sizeof.FLOAT);
  }

  @Override
  public void enqueue() {
    // cuBLAS counts by columns: the rows are the columns of X^T, and the product is symmetric.
    JCublas2.cublasSgemm(
        handle,
        cublasOperation.CUBLAS_OP_T,
        cublasOperation.CUBLAS_OP_N,
        VECTORS,
        VECTORS,
        DIMENSION,
        one,
        rows,
        DIMENSION,
        rows,
        DIMENSION,
        zero,
        gram,
        VECTORS);
  }

  @Override
  public void synchronize() {
    JCudaDriver.cuCtxSynchronize();
  }

  @Override
  public void close() {
    JCublas2.cublasDestroy(handle);
    JCudaDriver.cuMemFree(rows);
    JCudaDriver.cuMemFree(gram);
    Jcuda.leavePrimaryContext(ordinal);
  }
}
