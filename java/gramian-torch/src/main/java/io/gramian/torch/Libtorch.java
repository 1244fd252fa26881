package io.gramian.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
    this.copy =
        bind(
            symbols,
            path,
            "aoti_torch_copy_",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    this.gradMode =
        bind(symbols, path, "aoti_torch_grad_mode_is_enabled", FunctionDescriptor.of(JAVA_INT));
    this.setGradMode =
        bind(
            symbols, path, "aoti_torch_grad_mode_set_enabled", FunctionDescriptor.ofVoid(JAVA_INT));
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

  /** Writes the values of one tensor over those of another, unseen by autograd. */
  void overwrite(long target, long source) {
    try {
      int before = (int) gradMode.invokeExact();
      setGradMode.invokeExact(0);
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
