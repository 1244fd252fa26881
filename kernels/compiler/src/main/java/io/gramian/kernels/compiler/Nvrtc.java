package io.gramian.kernels.compiler;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
import java.util.List;

/**
 * NVRTC by the Foreign Function and Memory API. Needs neither a GPU nor a driver nor a toolkit.
 * Safe for use by several threads at once: each compilation has a program of its own.
 */
@SuppressWarnings("restricted")
public final class Nvrtc {
  private static final int SUCCESS = 0;
  private static final int COMPILATION_ERROR = 6;

  private final SymbolLookup symbols;
  private final MethodHandle createProgram;
  private final MethodHandle compileProgram;
  private final MethodHandle destroyProgram;
  private final MethodHandle errorString;

  /**
   * Loads the libraries, for the life of the process.
   *
   * @param libraries paths in the order of loading; the last one is NVRTC itself, and the built-ins
   *     before it, because NVRTC asks the system's loader for them by name
   */
  public Nvrtc(List<Path> libraries) {
    SymbolLookup last = null;
    for (Path library : libraries) {
      last = SymbolLookup.libraryLookup(library, Arena.global());
    }
    symbols = last;
    createProgram =
        handle(
            "nvrtcCreateProgram",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));
    compileProgram =
        handle("nvrtcCompileProgram", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    destroyProgram = handle("nvrtcDestroyProgram", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    errorString = handle("nvrtcGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
  }

  private MethodHandle handle(String name, FunctionDescriptor descriptor) {
    MemorySegment address =
        symbols
            .find(name)
            .orElseThrow(() -> new IllegalStateException("NVRTC does not export " + name));
    return Linker.nativeLinker().downcallHandle(address, descriptor);
  }

  /**
   * What one compilation gives.
   *
   * @param ptx the text that ptxas was given, ending with a zero
   * @param cubin machine code; empty for a virtual architecture
   * @param log what the compiler said; with machine code and {@code --ptxas-options=-v} it holds
   *     ptxas's resource report
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(byte[] ptx, byte[] cubin, String log) {}

  /**
   * Compiles one source.
   *
   * @param source the text
   * @param name the name of the source in messages and line information
   * @param options command-line options of NVRTC
   * @return what it made
   * @throws CompilationException if NVRTC reports an error; the message holds its log
   */
  public Result compile(String source, String name, List<String> options)
      throws CompilationException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment programCell = arena.allocate(ADDRESS);
      check(
          "nvrtcCreateProgram",
          call(
              createProgram,
              programCell,
              arena.allocateFrom(source),
              arena.allocateFrom(name),
              0,
              MemorySegment.NULL,
              MemorySegment.NULL));
      MemorySegment program = programCell.get(ADDRESS, 0);
      try {
        MemorySegment optionArray =
            arena.allocate(MemoryLayout.sequenceLayout(options.size(), ADDRESS));
        for (int i = 0; i < options.size(); i++) {
          optionArray.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
        }
        int code = call(compileProgram, program, options.size(), optionArray);
        String log = text(read(arena, program, "ProgramLog"));
        if (code == COMPILATION_ERROR) {
          throw new CompilationException(name + " does not compile:\n" + log);
        }
        check("nvrtcCompileProgram", code);
        return new Result(read(arena, program, "PTX"), read(arena, program, "CUBIN"), log);
      } finally {
        call(destroyProgram, programCell);
      }
    }
  }

  /** Reads what {@code nvrtcGet<what>Size} and {@code nvrtcGet<what>} give. */
  private byte[] read(Arena arena, MemorySegment program, String what) throws CompilationException {
    FunctionDescriptor getter = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
    MemorySegment size = arena.allocate(JAVA_LONG);
    String sizeName = "nvrtcGet" + what + "Size";
    check(sizeName, call(handle(sizeName, getter), program, size));
    if (size.get(JAVA_LONG, 0) == 0) {
      return new byte[0];
    }
    MemorySegment bytes = arena.allocate(size.get(JAVA_LONG, 0));
    String name = "nvrtcGet" + what;
    check(name, call(handle(name, getter), program, bytes));
    return bytes.toArray(JAVA_BYTE);
  }

  private static String text(byte[] zeroTerminated) {
    return MemorySegment.ofArray(zeroTerminated).getString(0);
  }

  private void check(String function, int code) throws CompilationException {
    if (code != SUCCESS) {
      throw new CompilationException(function + " failed: " + describe(code));
    }
  }

  private String describe(int code) {
    try {
      MemorySegment text = (MemorySegment) errorString.invokeExact(code);
      return text.reinterpret(Long.MAX_VALUE).getString(0) + " (" + code + ")";
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int call(MethodHandle handle, Object... arguments) {
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A downcall declares every Throwable and throws none of its own. */
  private static IllegalStateException unexpected(Throwable cause) {
    return new IllegalStateException("the call into NVRTC itself failed", cause);
  }
}
