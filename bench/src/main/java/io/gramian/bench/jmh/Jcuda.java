package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.cuda.device.RawDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;

/**
 * The driver and cuBLAS by jcuda: what others launch by. Its library is linked to {@code
 * libcuda.so.1} and takes the one that the process has loaded already, be it that of a GPU or the
 * emulated one: open a device before.
 */
final class Jcuda {
  private static final String PROPERTIES = "/META-INF/maven/org.jcuda/jcuda/pom.properties";

  private Jcuda() {}

  /** Why the driver cannot be called by it, or nothing. */
  static Optional<String> missing() {
    try {
      JCudaDriver.setExceptionsEnabled(true);
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("its native library does not load on this platform");
    }
  }

  /** Why cuBLAS cannot be called by it, or nothing. */
  static Optional<String> missingCublas() {
    try {
      JCublas2.setExceptionsEnabled(true);
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("no libcublas.so.12 of CUDA 12");
    }
  }

  /** Its version; empty if unknown. */
  static String version() {
    try (InputStream in = Jcuda.class.getResourceAsStream(PROPERTIES)) {
      if (in == null) {
        return "";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the primary context of a device, which is that of our backends, current. */
  private static void enterPrimaryContext(int ordinal) {
    JCudaDriver.setExceptionsEnabled(true);
    JCudaDriver.cuInit(0);
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, ordinal);
    CUcontext context = new CUcontext();
    JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
    JCudaDriver.cuCtxSetCurrent(context);
  }

  /** Gives it back. */
  private static void leavePrimaryContext(int ordinal) {
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, ordinal);
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }

  /** The kernel that does nothing, launched on the thread that made this. */
  static final class Kernel implements Launch {
    private final int ordinal;
    private final CUmodule module = new CUmodule();
    private final CUfunction function = new CUfunction();
    private final long[] arguments = new long[RawDevice.EmptyKernel.ARGUMENTS];
    private final Pointer parameters = Pointer.to(Pointer.to(arguments));
    private final boolean writesArguments;

    /**
     * Loads the image of the kernel a second time.
     *
     * @param writesArguments whether the arguments are written before each call
     */
    Kernel(Device device, boolean writesArguments) {
      this.ordinal = device.place().ordinal();
      this.writesArguments = writesArguments;
      enterPrimaryContext(ordinal);
      try (RawDevice.EmptyKernel kernel = ((RawDevice) device).emptyKernel()) {
        JCudaDriver.cuModuleLoadData(module, kernel.image());
        JCudaDriver.cuModuleGetFunction(function, module, kernel.name());
      }
    }

    @Override
    public void enqueue() {
      if (writesArguments) {
        long first = arguments[0] + 1;
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = first;
        }
      }
      JCudaDriver.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, null, parameters, null);
    }

    @Override
    public void synchronize() {
      JCudaDriver.cuCtxSynchronize();
    }

    @Override
    public void close() {
      JCudaDriver.cuModuleUnload(module);
      leavePrimaryContext(ordinal);
    }
  }

  /** The smallest Gram matrix, [2,2] of two vectors of 32, by jcublas. Needs a GPU. */
  static final class Cublas implements Launch {
    private static final int VECTORS = 2;
    private static final int DIMENSION = 32;

    private final int ordinal;
    private final cublasHandle handle = new cublasHandle();
    private final CUdeviceptr rows = new CUdeviceptr();
    private final CUdeviceptr gram = new CUdeviceptr();
    private final Pointer one = Pointer.to(new float[] {1});
    private final Pointer zero = Pointer.to(new float[] {0});

    /** Allocates, on the thread that will enqueue. */
    Cublas(Device device) {
      this.ordinal = device.place().ordinal();
      enterPrimaryContext(ordinal);
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
      leavePrimaryContext(ordinal);
    }
  }
}
