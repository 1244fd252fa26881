package io.gramian.jcuda;

import io.gramian.CudaException;
import io.gramian.Device;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Makes the primary context of a GPU current for the thread, so that jcuda's driver API works with
 * the memory and the streams of Gramian. jcuda's runtime API and jcublas are there without it.
 *
 * <pre>{@code
 * try (Device device = Device.open("cuda");
 *     SharedContext context = SharedContext.enter(device)) {
 *   JCudaDriver.cuMemAlloc(pointer, bytes);
 *   Tensor tensor = JCuda.tensor(device, pointer, spec);
 * }
 * }</pre>
 *
 * <p>Open the device before the first use of jcuda: on a machine without a GPU jcuda then finds the
 * emulated device.
 */
public final class SharedContext implements AutoCloseable {
  private final CUdevice device;
  private final CUcontext context;
  private final Thread thread = Thread.currentThread();
  private boolean closed;

  private SharedContext(CUdevice device, CUcontext context) {
    this.device = device;
    this.context = context;
  }

  /**
   * Enters the context of a device; on closing, the thread has the one that it had before.
   *
   * @param device a GPU or the emulated device
   * @return the context, to be closed by the same thread
   * @throws io.gramian.ParameterException if the device is none of CUDA
   * @throws CudaException if the driver refuses
   */
  public static SharedContext enter(Device device) {
    Gpus.require(device);
    CUdevice number = new CUdevice();
    CUcontext context = new CUcontext();
    check("cuInit", JCudaDriver.cuInit(0));
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(number, device.place().ordinal()));
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, number));
    int code = JCudaDriver.cuCtxPushCurrent(context);
    if (code != CUresult.CUDA_SUCCESS) {
      JCudaDriver.cuDevicePrimaryCtxRelease(number);
      check("cuCtxPushCurrent", code);
    }
    return new SharedContext(number, context);
  }

  /** {@return the context, for instance to make it current for other threads} */
  public CUcontext context() {
    return context;
  }

  /**
   * Leaves the context; nothing a second time.
   *
   * @throws IllegalStateException on another thread than the one that entered
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "expected the thread '" + thread.getName() + "', which has entered the context");
    }
    closed = true;
    int code = JCudaDriver.cuCtxPopCurrent(new CUcontext());
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device));
    check("cuCtxPopCurrent", code);
  }

  private static void check(String call, int code) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw new CudaException(call, code, CUresult.stringFor(code), "called through jcuda");
    }
  }
}
