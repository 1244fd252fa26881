package io.gramian.jcuda;

import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntSupplier;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUpointer_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * Tells memory and streams of a device's primary context from those of others. A kernel that
 * touches foreign memory ends the context, and with it the work of everybody in the process.
 */
final class Contexts {
  /** Handles up to this one name default streams, which every context has. */
  private static final long LAST_DEFAULT_STREAM = 2;

  private static final int[] ATTRIBUTES = {
    CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
    CUpointer_attribute.CU_POINTER_ATTRIBUTE_CONTEXT
  };

  private Contexts() {}

  /**
   * Checks that memory can be used in the context of a device.
   *
   * @throws ParameterException if the driver does not know it, or as that of another context
   */
  static void requireMemory(Device device, long address, TensorSpec spec) {
    ByteBuffer type = buffer();
    ByteBuffer context = buffer();
    CUdeviceptr pointer = new CUdeviceptr();
    JCudaFields.setHandle(pointer, address);
    Pointer results = Pointer.to(Pointer.to(type), Pointer.to(context));
    if (!answered(
        () ->
            JCudaDriver.cuPointerGetAttributes(ATTRIBUTES.length, ATTRIBUTES, results, pointer))) {
      return;
    }
    if (type.getInt(0) == 0) {
      throw new ParameterException(
          "expected a jcuda pointer to device memory for "
              + spec
              + ", got 0x"
              + Long.toHexString(address)
              + ", which the driver does not know (freed, or memory of the host?)");
    }
    // Memory of a pool has no context.
    requirePrimary(device, "memory", context.getLong(0));
  }

  /**
   * Checks that work on a stream can use the memory of a device.
   *
   * @throws ParameterException if it is a stream of another context
   */
  static void requireStream(Device device, long handle) {
    if (handle >= 0 && handle <= LAST_DEFAULT_STREAM) {
      return;
    }
    CUstream stream = new CUstream();
    JCudaFields.setHandle(stream, handle);
    CUcontext context = new CUcontext();
    // A stream of a green context has none to tell.
    if (!answered(() -> JCudaDriver.cuStreamGetCtx(stream, context))) {
      return;
    }
    requirePrimary(device, "a stream", JCudaFields.handle(context));
  }

  private static void requirePrimary(Device device, String what, long context) {
    if (context == 0) {
      return;
    }
    CUdevice number = new CUdevice();
    CUcontext primary = new CUcontext();
    JCudaDriver.cuDeviceGet(number, device.place().ordinal());
    JCudaDriver.cuDevicePrimaryCtxRetain(primary, number);
    JCudaDriver.cuDevicePrimaryCtxRelease(number);
    if (context != JCudaFields.handle(primary)) {
      throw new ParameterException(
          "expected "
              + what
              + " of the primary context of "
              + device
              + ", got "
              + what
              + " of another context (cuCtxCreate makes those; enter a SharedContext instead)");
    }
  }

  /** Whether the driver answers; jcuda throws where the program has asked it to. */
  private static boolean answered(IntSupplier call) {
    try {
      return call.getAsInt() == CUresult.CUDA_SUCCESS;
    } catch (CudaException e) {
      return false;
    }
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
  }
}
