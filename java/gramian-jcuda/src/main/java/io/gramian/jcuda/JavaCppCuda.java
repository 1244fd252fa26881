package io.gramian.jcuda;

import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.Pointer;

/**
 * Device memory and streams of JavaCPP CUDA ({@code org.bytedeco:cuda}), in and out. Its runtime
 * API and cuBLAS work in the primary context of the GPU, as Gramian does. Nothing is copied, and
 * each side gives back what it has allocated. No native code of JavaCPP is needed here.
 */
public final class JavaCppCuda {
  private JavaCppCuda() {}

  /** A pointer at an address that somebody else owns. */
  private static final class Address extends Pointer {
    Address(long value) {
      address = value;
    }

    Address(long value, long bytes) {
      address = value;
      limit = bytes;
      capacity = bytes;
    }
  }

  /**
   * {@return a view of memory that JavaCPP CUDA has allocated}
   *
   * @param device a GPU or the emulated device
   * @param pointer of {@code cudaMalloc} or {@code cuMemAlloc}, of whatever type, at its position;
   *     it must span the spec and outlive the view
   * @param spec element type, shape and strides
   * @throws ParameterException if the pointer is null or the device none of CUDA
   * @throws ShapeException if the pointer has a limit and the spec goes beyond
   */
  public static Tensor tensor(Device device, Pointer pointer, TensorSpec spec) {
    Gpus.require(device);
    if (pointer == null || pointer.address() == 0 && spec.spanBytes() > 0) {
      throw new ParameterException("expected a JavaCPP pointer for " + spec + ", got null");
    }
    long bytes = elementBytes(pointer);
    long offset = pointer.position() == 0 ? 0 : pointer.position() * bytes;
    if (offset < 0) {
      throw new ParameterException(
          "expected a typed JavaCPP pointer or one at position 0, got " + pointer);
    }
    if (pointer.limit() > 0 && bytes > 0 && pointer.limit() * bytes - offset < spec.spanBytes()) {
      throw new ShapeException(
          "expected at least "
              + spec.spanBytes()
              + " bytes for "
              + spec
              + ", got a pointer to "
              + (pointer.limit() * bytes - offset));
    }
    return device.wrap(pointer.address() + offset, spec);
  }

  /**
   * {@return a pointer to the memory of a tensor, with its size in bytes as limit; {@code new
   * FloatPointer(pointer(tensor))} and the like make it a typed one} The tensor keeps the memory
   * and must outlive the pointer.
   *
   * @param tensor of a GPU or the emulated device
   * @throws ParameterException if the tensor is in memory of the host
   */
  public static Pointer pointer(Tensor tensor) {
    Gpus.require(tensor);
    return new Address(tensor.address(), tensor.spec().spanBytes());
  }

  /**
   * {@return a stream of JavaCPP CUDA, on which plans of the device can run}
   *
   * @param device a GPU or the emulated device
   * @param stream of the driver or the runtime API, which have one type here; null for the default
   *     stream; it must outlive the view
   */
  public static Stream stream(Device device, CUstream_st stream) {
    Gpus.require(device);
    return device.wrapStream(stream == null ? 0 : stream.address());
  }

  /**
   * {@return a stream of Gramian for JavaCPP CUDA; the stream must outlive it}
   *
   * @param stream of such a device
   */
  public static CUstream_st stream(Stream stream) {
    return new CUstream_st(new Address(stream.handle()));
  }

  /** Bytes that a position counts, negative if unknown; pointers of no type count bytes. */
  private static long elementBytes(Pointer pointer) {
    return pointer instanceof Address || pointer.getClass() == Pointer.class ? 1 : pointer.sizeof();
  }
}
