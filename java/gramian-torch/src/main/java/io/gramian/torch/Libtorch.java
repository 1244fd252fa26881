package io.gramian.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The stable C interface of the libtorch that is loaded in this process. A handle is the address of
 * an {@code at::Tensor}; it must be that of a tensor that is open.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class Libtorch {
  private static final String LIBRARY = "libtorch_cpu";
  private static final String CUDA_LIBRARY = "libtorch_cuda";

  private static Libtorch bound;

  private final Path path;
  private final SymbolLookup symbols;
  private final MethodHandle address;
  private final MethodHandle dim;
  private final MethodHandle sizes;
  private final MethodHandle strides;
  private final MethodHandle dtype;
  private final MethodHandle deviceType;
  private final MethodHandle deviceIndex;
  private final MethodHandle emptyStrided;
  private final MethodHandle newHandle;
  private final MethodHandle dispatch;
  private final MethodHandle copy;
  private final MethodHandle gradMode;
  private final MethodHandle setGradMode;
  private MethodHandle currentCudaStream;

  private Libtorch(Path path) {
    this.path = path;
    this.symbols = open(path);
    this.address = query(symbols, path, "aoti_torch_get_data_ptr");
    this.dim = query(symbols, path, "aoti_torch_get_dim");
    this.sizes = query(symbols, path, "aoti_torch_get_sizes");
    this.strides = query(symbols, path, "aoti_torch_get_strides");
    this.dtype = query(symbols, path, "aoti_torch_get_dtype");
    this.deviceType = query(symbols, path, "aoti_torch_get_device_type");
    this.deviceIndex = query(symbols, path, "aoti_torch_get_device_index");
    this.emptyStrided =
        bind(
            symbols,
            path,
            "aoti_torch_empty_strided",
            FunctionDescriptor.of(
                JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    this.newHandle = query(symbols, path, "aoti_torch_new_tensor_handle");
    this.dispatch =
        bind(
            symbols,
            path,
            "aoti_torch_call_dispatcher",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    this.copy =
        bind(
            symbols,
            path,
            "aoti_torch_copy_",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    this.gradMode =
        bind(symbols, path, "aoti_torch_grad_mode_is_enabled", FunctionDescriptor.of(JAVA_BOOLEAN));
    this.setGradMode =
        bind(
            symbols,
            path,
            "aoti_torch_grad_mode_set_enabled",
            FunctionDescriptor.ofVoid(JAVA_BOOLEAN));
  }

  /**
   * The one that is loaded.
   *
   * @throws LibtorchException if there is none, if there are two, or if it lacks a function
   */
  static synchronized Libtorch loaded() {
    Path path = MappedLibraries.only(LIBRARY);
    if (bound == null || !bound.path.equals(path)) {
      bound = new Libtorch(path);
    }
    return bound;
  }

  /** The file. */
  Path path() {
    return path;
  }

  /** A number that a function without parameters gives, for instance that of a type. */
  int constant(String function) {
    try {
      return (int) bind(symbols, path, function, FunctionDescriptor.of(JAVA_INT)).invokeExact();
    } catch (Throwable e) {
      throw unexpected(function, e);
    }
  }

  /**
   * Reads what a tensor is.
   *
   * @throws LibtorchException if libtorch cannot tell, for instance of a sparse tensor
   */
  TorchTensor describe(long handle) {
    MemorySegment tensor = MemorySegment.ofAddress(handle);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      call("aoti_torch_get_dim", (int) dim.invokeExact(tensor, out));
      int rank = Math.toIntExact(out.get(JAVA_LONG, 0));
      call("aoti_torch_get_sizes", (int) sizes.invokeExact(tensor, out));
      long[] shape = longs(out, rank);
      call("aoti_torch_get_strides", (int) strides.invokeExact(tensor, out));
      long[] steps = longs(out, rank);
      call("aoti_torch_get_dtype", (int) dtype.invokeExact(tensor, out));
      int type = out.get(JAVA_INT, 0);
      call("aoti_torch_get_device_type", (int) deviceType.invokeExact(tensor, out));
      int kind = out.get(JAVA_INT, 0);
      call("aoti_torch_get_device_index", (int) deviceIndex.invokeExact(tensor, out));
      int index = out.get(JAVA_INT, 0);
      call("aoti_torch_get_data_ptr", (int) address.invokeExact(tensor, out));
      return new TorchTensor(out.get(JAVA_LONG, 0), type, shape, steps, kind, index);
    } catch (LibtorchException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected("aoti_torch_get_*", e);
    }
  }

  /**
   * Makes a packed tensor with undefined contents.
   *
   * @return its handle, which the caller owns
   */
  long empty(int type, long[] shape, int deviceType, int deviceIndex) {
    String function = "aoti_torch_empty_strided";
    long[] packed = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      packed[i] = stride;
      stride *= Math.max(shape[i], 1);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      int error =
          (int)
              emptyStrided.invokeExact(
                  (long) shape.length,
                  arena.allocateFrom(JAVA_LONG, shape),
                  arena.allocateFrom(JAVA_LONG, packed),
                  type,
                  deviceType,
                  deviceIndex,
                  out);
      if (error != 0) {
        throw new LibtorchException(
            path
                + " could not make a tensor of shape "
                + Arrays.toString(shape)
                + " (libtorch has printed why; it may be out of memory)");
      }
      return out.get(JAVA_LONG, 0);
    } catch (LibtorchException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(function, e);
    }
  }

  /** Whether a tensor is no result of a recorded operation. */
  boolean isLeaf(long handle) {
    String function = "aoti_torch_call_dispatcher";
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stack = arena.allocate(JAVA_LONG);
      MemorySegment name = arena.allocateFrom("aten::is_leaf");
      MemorySegment overload = arena.allocateFrom("");
      // The dispatcher takes over the handle that it is given.
      call(
          "aoti_torch_new_tensor_handle",
          (int) newHandle.invokeExact(MemorySegment.ofAddress(handle), stack));
      call(function, (int) dispatch.invokeExact(name, overload, stack));
      return stack.get(JAVA_BYTE, 0) != 0;
    } catch (LibtorchException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(function, e);
    }
  }

  /** Writes the values of one tensor over those of another, unseen by autograd. */
  void overwrite(long target, long source) {
    try {
      boolean before = (boolean) gradMode.invokeExact();
      setGradMode.invokeExact(false);
      try {
        call(
            "aoti_torch_copy_",
            (int)
                copy.invokeExact(
                    MemorySegment.ofAddress(target), MemorySegment.ofAddress(source), 1));
      } finally {
        setGradMode.invokeExact(before);
      }
    } catch (LibtorchException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected("aoti_torch_copy_", e);
    }
  }

  /** The stream on which PyTorch works now on a CUDA device, a {@code CUstream}. */
  long currentCudaStream(int device) {
    String function = "aoti_torch_get_current_cuda_stream";
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      call(function, (int) cudaStreamFunction(function).invokeExact(device, out));
      return out.get(JAVA_LONG, 0);
    } catch (LibtorchException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(function, e);
    }
  }

  /** The function that only a libtorch with CUDA has. */
  private synchronized MethodHandle cudaStreamFunction(String function) {
    if (currentCudaStream == null) {
      Path library = MappedLibraries.only(CUDA_LIBRARY);
      currentCudaStream =
          bind(
              open(library), library, function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }
    return currentCudaStream;
  }

  private void call(String function, int error) {
    if (error != 0) {
      throw new LibtorchException(
          function
              + " of "
              + path
              + " refused the tensor (libtorch has printed why); expected a dense tensor with"
              + " memory, not a sparse or undefined one");
    }
  }

  private static long[] longs(MemorySegment pointer, int count) {
    if (count == 0) {
      return new long[0];
    }
    MemoryLayout array = MemoryLayout.sequenceLayout(count, JAVA_LONG);
    return pointer.get(ADDRESS.withTargetLayout(array), 0).toArray(JAVA_LONG);
  }

  /** Opens a library that is loaded; the loader knows it by its file and loads nothing new. */
  private static SymbolLookup open(Path library) {
    try {
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new LibtorchException(
          "cannot open " + library + ", which is loaded in this process; is the file still there?",
          e);
    }
  }

  /** A function that writes something of a tensor and returns an error code. */
  private static MethodHandle query(SymbolLookup symbols, Path library, String function) {
    return bind(symbols, library, function, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  }

  private static MethodHandle bind(
      SymbolLookup symbols, Path library, String function, FunctionDescriptor descriptor) {
    MemorySegment symbol =
        symbols
            .find(function)
            .orElseThrow(
                () ->
                    new LibtorchException(
                        library
                            + " has no function "
                            + function
                            + "; expected the stable C interface of libtorch 2.7 or newer"));
    return Linker.nativeLinker().downcallHandle(symbol, descriptor);
  }

  private static LibtorchException unexpected(String function, Throwable cause) {
    return new LibtorchException("the call of " + function + " failed: " + cause, cause);
  }
}
