package io.gramian.torch.djl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.LibUtils;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** PyTorch's {@code linalg_det} with its gradient, which DJL lacks, by PyTorch's dispatcher. */
@SuppressWarnings("restricted") // there is no other way to this function
final class Determinant {
  private final MethodHandle newHandle;
  private final MethodHandle dispatch;

  Determinant() {
    Path library = Path.of(LibUtils.getLibtorchPath()).resolve("libtorch_cpu.so");
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    Linker linker = Linker.nativeLinker();
    newHandle =
        linker.downcallHandle(
            symbols.findOrThrow("aoti_torch_new_tensor_handle"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    dispatch =
        linker.downcallHandle(
            symbols.findOrThrow("aoti_torch_call_dispatcher"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
  }

  /** Determinants of matrices [.., k, k]. */
  NDArray of(NDArray matrices) {
    MemorySegment handle = MemorySegment.ofAddress(((PtNDArray) matrices).getHandle());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stack = arena.allocate(JAVA_LONG);
      // The dispatcher takes a handle over, and gives one of the result.
      int copied = (int) newHandle.invokeExact(handle, stack);
      int called =
          (int)
              dispatch.invokeExact(
                  arena.allocateFrom("aten::linalg_det"), arena.allocateFrom(""), stack);
      if (copied != 0 || called != 0) {
        throw new AssertionError("PyTorch refused linalg_det");
      }
      return new PtNDArray((PtNDManager) matrices.getManager(), stack.get(JAVA_LONG, 0));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
