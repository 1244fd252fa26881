package io.gramian.jcuda;

import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.runtime.cudaStream_t;

/**
 * Device memory and streams of jcuda, in and out. Both sides work in the primary context of the
 * GPU: jcuda's runtime API, jcublas and the like by themselves, its driver API by {@link
 * SharedContext}. Nothing is copied, and each side gives back what it has allocated.
 */
public final class JCuda {
  private JCuda() {}

  /**
   * {@return a view of memory that jcuda has allocated}
   *
   * @param device a GPU or the emulated device
   * @param pointer of {@code cuMemAlloc} or {@code cudaMalloc}, byte offsets included; it must span
   *     the spec and outlive the view
   * @param spec element type, shape and strides
   * @throws ParameterException if the pointer is null, one of a Java array or buffer, or one to
   *     memory of another context, or the device is none of CUDA
   */
  public static Tensor tensor(Device device, Pointer pointer, TensorSpec spec) {
    Gpus.require(device);
    if (pointer == null) {
      throw new ParameterException("expected a jcuda pointer for " + spec + ", got null");
    }
    long address = JCudaFields.address(pointer);
    boolean ofDevice = pointer instanceof CUdeviceptr || JCudaFields.handle(pointer) != 0;
    if (!ofDevice || address == 0 && spec.spanBytes() > 0) {
      throw new ParameterException(
          "expected a jcuda pointer to device memory for "
              + spec
              + ", got null or a pointer to a Java array or buffer (copy it by cuMemcpyHtoD)");
    }
    if (address != 0) {
      Contexts.requireMemory(device, address, spec);
    }
    return device.wrap(address, spec);
  }

  /**
   * {@return a pointer to the memory of a tensor, for every function of jcuda and jcublas} The
   * tensor keeps the memory and must outlive the pointer.
   *
   * @param tensor of a GPU or the emulated device
   * @throws ParameterException if the tensor is in memory of the host
   */
  public static CUdeviceptr pointer(Tensor tensor) {
    Gpus.require(tensor);
    CUdeviceptr pointer = new CUdeviceptr();
    JCudaFields.setHandle(pointer, tensor.address());
    return pointer;
  }

  /**
   * {@return a stream of jcuda's driver API, on which plans of the device can run}
   *
   * @param device a GPU or the emulated device
   * @param stream null for the default stream; it must outlive the view
   * @throws ParameterException if it is a stream of another context, or the device none of CUDA
   */
  public static Stream stream(Device device, CUstream stream) {
    return wrap(device, stream);
  }

  /**
   * {@return a stream of jcuda's runtime API, on which plans of the device can run}
   *
   * @param device a GPU or the emulated device
   * @param stream null for the default stream; it must outlive the view
   * @throws ParameterException if it is a stream of another context, or the device none of CUDA
   */
  public static Stream stream(Device device, cudaStream_t stream) {
    return wrap(device, stream);
  }

  /**
   * {@return a stream of Gramian for jcuda's driver API; the stream must outlive it}
   *
   * @param stream of such a device
   */
  public static CUstream driverStream(Stream stream) {
    CUstream result = new CUstream();
    JCudaFields.setHandle(result, stream.handle());
    return result;
  }

  /**
   * {@return a stream of Gramian for jcuda's runtime API and jcublas; the stream must outlive it}
   *
   * @param stream of such a device
   */
  public static cudaStream_t runtimeStream(Stream stream) {
    cudaStream_t result = new cudaStream_t();
    JCudaFields.setHandle(result, stream.handle());
    return result;
  }

  private static Stream wrap(Device device, NativePointerObject stream) {
    Gpus.require(device);
    long handle = stream == null ? 0 : JCudaFields.handle(stream);
    Contexts.requireStream(device, handle);
    return device.wrapStream(handle);
  }
}
