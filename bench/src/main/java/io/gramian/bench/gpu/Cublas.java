package io.gramian.bench.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cuBLAS that is found on the machine, for one thing: a large product of bf16 matrices. It
 * works in the primary context of the first device, as the backend does.
 */
final class Cublas implements AutoCloseable {
  private static final List<String> VERSIONS = List.of("13", "12", "11");
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/local/cuda/lib64"),
          Path.of("/usr/local/cuda/targets/x86_64-linux/lib"),
          Path.of("/usr/lib/x86_64-linux-gnu"));

  /** Constants of cublas_api.h and library_types.h. */
  private static final int TRANSPOSED = 1;

  private static final int PLAIN = 0;
  private static final int BF16 = 14;
  private static final int COMPUTE_F32 = 68;
  private static final int ANY_ALGORITHM = -1;

  private final String origin;
  private final SymbolLookup library;
  private final Arena arena = Arena.ofShared();
  private final MethodHandle gemm;
  private final MemorySegment one;
  private final MemorySegment zero;
  private final MemorySegment handle;

  private Cublas(String origin, SymbolLookup library) {
    this.origin = origin;
    this.library = library;
    this.one = arena.allocateFrom(JAVA_FLOAT, 1);
    this.zero = arena.allocateFrom(JAVA_FLOAT, 0);
    MemorySegment out = arena.allocate(ADDRESS);
    check("cublasCreate_v2", call("cublasCreate_v2", List.of(ADDRESS), out));
    this.handle = out.get(ADDRESS, 0);
    this.gemm =
        function(
            "cublasGemmEx",
            List.of(
                ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG,
                JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT,
                JAVA_INT, JAVA_INT, JAVA_INT));
  }

  /**
   * Loads the newest that is found: in the places of the toolkit, among the packages of python3, or
   * where the loader looks.
   */
  static Optional<Cublas> find() {
    List<Path> folders = new ArrayList<>(FOLDERS);
    folders.addAll(wheelFolders());
    for (String version : VERSIONS) {
      for (Path folder : folders) {
        Path path = folder.resolve("libcublas.so." + version);
        if (Files.exists(path)) {
          // It needs the other, which the loader may not find by itself but takes when it is there.
          load(folder.resolve("libcublasLt.so." + version).toString());
          Optional<Cublas> found = open(path.toString());
          if (found.isPresent()) {
            return found;
          }
        }
      }
      Optional<Cublas> found = open("libcublas.so." + version);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Where it was found. */
  String origin() {
    return origin;
  }

  /** Its version, for instance 12.9.1. */
  String version() {
    MemorySegment out = arena.allocate(JAVA_INT);
    check(
        "cublasGetVersion_v2", call("cublasGetVersion_v2", List.of(ADDRESS, ADDRESS), handle, out));
    int version = out.get(JAVA_INT, 0);
    int major = version / 10000;
    return major + "." + version / 100 % 100 + "." + version % 100;
  }

  /** Enqueues on a stream from now on. */
  void use(long stream) {
    check(
        "cublasSetStream_v2",
        call("cublasSetStream_v2", List.of(ADDRESS, JAVA_LONG), handle, stream));
  }

  /** Enqueues C = A B^T of row-major bf16 matrices [size, size], sums in float. */
  void product(int size, long a, long b, long c) {
    int code;
    try {
      // Column-major, the transpose: C^T = B A^T, where B is stored as the transpose of B^T.
      code =
          (int)
              gemm.invokeExact(
                  handle,
                  TRANSPOSED,
                  PLAIN,
                  size,
                  size,
                  size,
                  one,
                  b,
                  BF16,
                  size,
                  a,
                  BF16,
                  size,
                  zero,
                  c,
                  BF16,
                  size,
                  COMPUTE_F32,
                  ANY_ALGORITHM);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check("cublasGemmEx", code);
  }

  @Override
  public void close() {
    call("cublasDestroy_v2", List.of(ADDRESS), handle);
    arena.close();
  }

  private int call(String name, List<MemoryLayout> parameters, Object... arguments) {
    try {
      return (int) function(name, parameters).invokeWithArguments(arguments);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  @SuppressWarnings("restricted") // the descriptors are those of cublas_api.h
  private MethodHandle function(String name, List<MemoryLayout> parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.find(name).orElseThrow(() -> new IllegalStateException("no " + name)),
            FunctionDescriptor.of(JAVA_INT, parameters.toArray(MemoryLayout[]::new)));
  }

  private static Optional<Cublas> open(String place) {
    return load(place)
        .flatMap(
            library -> {
              try {
                return Optional.of(new Cublas(place, library));
              } catch (IllegalStateException e) {
                return Optional.empty();
              }
            });
  }

  @SuppressWarnings("restricted") // loading it is what this class is for
  private static Optional<SymbolLookup> load(String place) {
    try {
      return Optional.of(
          place.startsWith("/")
              ? SymbolLookup.libraryLookup(Path.of(place), Arena.global())
              : SymbolLookup.libraryLookup(place, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Folders lib of NVIDIA's packages for python3. */
  private static List<Path> wheelFolders() {
    String program =
        "import importlib.util as u; s = u.find_spec('nvidia');"
            + " print('\\n'.join(s.submodule_search_locations) if s else '')";
    List<Path> folders = new ArrayList<>();
    for (String root : Python.output("-c", program).lines().toList()) {
      if (Files.isDirectory(Path.of(root))) {
        try (Stream<Path> packages = Files.list(Path.of(root))) {
          packages.map(one -> one.resolve("lib")).filter(Files::isDirectory).forEach(folders::add);
        } catch (IOException e) {
          // Not readable is as good as not there.
          continue;
        }
      }
    }
    return folders;
  }

  private static void check(String call, int code) {
    if (code != 0) {
      throw new IllegalStateException(call + " failed with status " + code);
    }
  }

  private static RuntimeException unexpected(Throwable t) {
    if (t instanceof Error error) {
      throw error;
    }
    return t instanceof RuntimeException e ? e : new IllegalStateException(t);
  }
}
