package io.gramian.dlpack;

import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tensors of other libraries as tensors of Gramian and the other way round, by the structs of
 * DLPack: {@code DLManagedTensor} and, from DLPack 1.0 on, {@code DLManagedTensorVersioned}.
 * Nothing is copied; both sides see one memory.
 *
 * <p>The struct orders no work. On a GPU the two sides use one stream, or wait for one another.
 *
 * <p>Element types are float64, float32, float16, bfloat16 and int32. Memory of the type CPU and of
 * pinned memory (CUDA host) is for devices of the host; CUDA memory is for {@code cuda} and, where
 * it comes from the emulated device, for {@code emulated}; managed memory is for either, for the
 * host once the GPU is done with it.
 */
public final class DLPack {
  private DLPack() {}

  /**
   * {@return a view of another library's tensor} It belongs to the caller, and closing it calls the
   * deleter of the struct, once; views of the view end then too.
   *
   * @param device where the tensor is to be used
   * @param managedTensor address of a {@code DLManagedTensor}, which the view takes over; after an
   *     error it is still the caller's
   * @throws ShapeException if Gramian has no such tensors: another element type, several lanes, a
   *     last dimension that is not dense, rows that overlap or run backwards
   * @throws ParameterException if the tensor is not where the device can use it, or the struct is
   *     none
   */
  public static Tensor importTensor(Device device, long managedTensor) {
    return importTensor(device, managedTensor, Layout.PLAIN);
  }

  /**
   * {@return a view of another library's tensor, as {@link #importTensor}} What its flags call
   * read-only gives a tensor that is no output.
   *
   * @param device at whose place the memory is
   * @param managedTensor address of a {@code DLManagedTensorVersioned} of DLPack 1
   */
  public static Tensor importVersioned(Device device, long managedTensor) {
    return importTensor(device, managedTensor, Layout.VERSIONED);
  }

  /**
   * A struct through which another library uses a tensor. Its deleter, which any thread may call,
   * gives back the struct and its share of the memory: owned memory lives until both the tensor is
   * closed and the deleter was called. Memory that the tensor does not own must outlive the struct.
   *
   * @param tensor what to share
   * @return address of a {@code DLManagedTensor}; whoever takes it over calls its deleter once
   * @throws ParameterException if the tensor is a Java array, which has no address, or read-only,
   *     which this struct cannot say
   * @throws io.gramian.ClosedException if the tensor is closed
   */
  public static long exportTensor(Tensor tensor) {
    ParameterException.requireNonNull(tensor, "a tensor");
    if (tensor.isReadOnly()) {
      throw new ParameterException(
          "expected a tensor that may be written, got a read-only one; exportVersioned says so");
    }
    requireNativeAccess();
    return Exports.export(tensor, Layout.PLAIN);
  }

  /**
   * A struct through which another library uses a tensor, as {@link #exportTensor}.
   *
   * @param tensor what to share
   * @return address of a {@code DLManagedTensorVersioned} of DLPack 1.0
   */
  public static long exportVersioned(Tensor tensor) {
    ParameterException.requireNonNull(tensor, "a tensor");
    requireNativeAccess();
    return Exports.export(tensor, Layout.VERSIONED);
  }

  /**
   * Calls the deleter of a {@code DLManagedTensor} that nobody took over.
   *
   * @param managedTensor address of the struct
   * @throws ParameterException if the address is 0
   */
  public static void delete(long managedTensor) {
    ManagedTensor.at(managedTensor, Layout.PLAIN).delete();
  }

  /**
   * Calls the deleter of a {@code DLManagedTensorVersioned} that nobody took over.
   *
   * @param managedTensor address of the struct
   */
  public static void deleteVersioned(long managedTensor) {
    ManagedTensor.at(managedTensor, Layout.VERSIONED).delete();
  }

  private static Tensor importTensor(Device device, long managedTensor, Layout layout) {
    requireNativeAccess();
    ManagedTensor struct = ManagedTensor.at(managedTensor, layout);
    struct.requireVersion();
    MemoryType.require(struct.deviceType(), struct.deviceId(), device.place());
    TensorSpec spec = struct.spec();
    long address = struct.address();
    Arena open = Arena.ofShared();
    Tensor view = view(device, address, spec, open);
    return (struct.isReadOnly() ? view.asReadOnly() : view)
        .onClose(
            () -> {
              open.close();
              struct.delete();
            });
  }

  @SuppressWarnings("restricted") // to see whether that is allowed
  private static void requireNativeAccess() {
    try {
      MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException e) {
      throw new GramianException(
          "DLPack needs native access; start Java with --enable-native-access=io.gramian"
              + " (on the class path: ALL-UNNAMED)",
          e);
    }
  }

  /** Host memory can be reached only while the arena is open: afterwards it may be unmapped. */
  @SuppressWarnings("restricted") // the producer vouches for the address
  private static Tensor view(Device device, long address, TensorSpec spec, Arena open) {
    return device.place().isHost()
        ? Tensor.of(
            MemorySegment.ofAddress(address).reinterpret(spec.spanBytes(), open, null), spec)
        : device.wrap(address, spec);
  }
}
