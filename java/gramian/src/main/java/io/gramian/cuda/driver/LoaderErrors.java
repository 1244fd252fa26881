package io.gramian.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the system's loader says of a library that it does not load. */
final class LoaderErrors {
  private static final int LAZY = 1;
  private static final int LONGEST_TEXT = 4096;

  private LoaderErrors() {}

  /** The loader's message; empty where the system has none to give. */
  @SuppressWarnings("restricted") // void* dlopen(const char*, int) and char* dlerror(void)
  static String of(String library) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> open = linker.defaultLookup().find("dlopen");
    Optional<MemorySegment> error = linker.defaultLookup().find("dlerror");
    if (open.isEmpty() || error.isEmpty()) {
      return "";
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle =
          (MemorySegment)
              linker
                  .downcallHandle(open.get(), FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT))
                  .invokeExact(arena.allocateFrom(library), LAZY);
      MemorySegment text =
          (MemorySegment)
              linker.downcallHandle(error.get(), FunctionDescriptor.of(ADDRESS)).invokeExact();
      return handle.address() != 0 || text.address() == 0
          ? ""
          : text.reinterpret(LONGEST_TEXT).getString(0, StandardCharsets.UTF_8);
    } catch (Throwable t) {
      throw new IllegalStateException("a native call raised an exception", t);
    }
  }
}
