package io.gramian.rank;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.CollectiveException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The functions of MPI 3 that are called here, of MPICH (and what shares its ABI) or of Open MPI.
 *
 * <p>Handles are numbers of 32 bits with the one and addresses with the other. Both travel in the
 * register of a long, of which MPICH reads the lower half.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class MpiLibrary {
  /** Names the library, or the file, in place of the usual ones. */
  static final String PROPERTY = "gramian.mpi.library";

  private static final List<String> NAMES =
      List.of("libmpi.so.40", "libmpich.so.12", "libmpi.so.12", "libmpi.so");

  private static final String OPEN_MPI_WORLD = "ompi_mpi_comm_world";
  private static final long MPICH_WORLD = 0x44000000L;
  private static final long MPICH_BYTE = 0x4c00010dL;
  private static final long MPICH_ERRORS_RETURN = 0x54000001L;
  private static final int THREAD_SERIALIZED = 2;

  /** Larger than the struct of any implementation. */
  private static final long STATUS_BYTES = 256;

  private static final int MOST_TEXT = 1024;

  private static MpiLibrary loaded;

  private final SymbolLookup symbols;
  private final long world;
  private final long bytes;
  private final long errorsReturn;
  private final MethodHandle iallgather;
  private final MethodHandle ialltoallv;
  private final MethodHandle test;
  private final MethodHandle errorString;
  private final MemorySegment status = Arena.global().allocate(STATUS_BYTES, Long.BYTES);
  private final MemorySegment flag = Arena.global().allocate(JAVA_INT);

  private MpiLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    boolean isOpenMpi = symbols.find(OPEN_MPI_WORLD).isPresent();
    this.world = isOpenMpi ? address(OPEN_MPI_WORLD) : MPICH_WORLD;
    this.bytes = isOpenMpi ? address("ompi_mpi_byte") : MPICH_BYTE;
    this.errorsReturn = isOpenMpi ? address("ompi_mpi_errors_return") : MPICH_ERRORS_RETURN;
    this.iallgather =
        function(
            "MPI_Iallgather",
            ADDRESS,
            JAVA_INT,
            JAVA_LONG,
            ADDRESS,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS);
    this.ialltoallv =
        function(
            "MPI_Ialltoallv",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS);
    this.test = function("MPI_Test", ADDRESS, ADDRESS, ADDRESS);
    this.errorString = function("MPI_Error_string", JAVA_INT, ADDRESS, ADDRESS);
  }

  /**
   * The library of this process, loaded when it is first asked for.
   *
   * @throws CollectiveException with every name tried and its reason
   */
  static synchronized MpiLibrary load() {
    if (loaded == null) {
      leaveSignals();
      String named = System.getProperty(PROPERTY);
      StringBuilder reasons = new StringBuilder();
      for (String name : named == null ? NAMES : List.of(named)) {
        try {
          loaded = new MpiLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
          return loaded;
        } catch (IllegalArgumentException e) {
          reasons.append("; ").append(e.getMessage());
        }
      }
      throw new CollectiveException(
          "no MPI library: expected MPICH or Open MPI where the loader finds it, or the system"
              + " property "
              + PROPERTY
              + " to name it"
              + reasons);
    }
    return loaded;
  }

  /**
   * UCX, which MPI may work by, would take the signals by which a JVM stops its threads. It reads
   * the environment when it is loaded.
   */
  private static void leaveSignals() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor setenv = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    linker
        .defaultLookup()
        .find("setenv")
        .ifPresent(
            function -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom("UCX_ERROR_SIGNALS");
                MemorySegment none = arena.allocateFrom("");
                int overwrite = 0;
                int unused =
                    (int)
                        linker.downcallHandle(function, setenv).invokeExact(name, none, overwrite);
              } catch (Throwable e) {
                throw raised(e);
              }
            });
  }

  private long address(String symbol) {
    return symbols.find(symbol).orElseThrow(() -> lacks(symbol)).address();
  }

  private static IllegalArgumentException lacks(String symbol) {
    return new IllegalArgumentException("the library lacks " + symbol);
  }

  private MethodHandle function(String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            symbols.find(name).orElseThrow(() -> lacks(name)),
            FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /**
   * Joins the world, unless the program has.
   *
   * @return whether it has been joined here
   */
  boolean init() {
    int code;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      code = (int) function("MPI_Initialized", ADDRESS).invokeExact(number);
      boolean isJoined = number.get(JAVA_INT, 0) != 0;
      if (code == 0 && !isJoined) {
        code =
            (int)
                function("MPI_Init_thread", ADDRESS, ADDRESS, JAVA_INT, ADDRESS)
                    .invokeExact(MemorySegment.NULL, MemorySegment.NULL, THREAD_SERIALIZED, number);
      }
      if (code == 0) {
        // By default an error ends the process.
        code =
            (int)
                function("MPI_Comm_set_errhandler", JAVA_LONG, JAVA_LONG)
                    .invokeExact(world, errorsReturn);
      }
      check("MPI_Init_thread", code);
      return !isJoined;
    } catch (Throwable e) {
      throw raised(e);
    }
  }

  /** This rank. */
  int rank() {
    return ofWorld("MPI_Comm_rank");
  }

  /** How many ranks there are. */
  int size() {
    return ofWorld("MPI_Comm_size");
  }

  private int ofWorld(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      check(name, (int) function(name, JAVA_LONG, ADDRESS).invokeExact(world, number));
      return number.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw raised(e);
    }
  }

  /** Starts to gather as many bytes of each rank. */
  void gather(MemorySegment own, MemorySegment all, MemorySegment request) {
    int count = Math.toIntExact(own.byteSize());
    try {
      check(
          "MPI_Iallgather",
          (int) iallgather.invokeExact(own, count, bytes, all, count, bytes, world, request));
    } catch (Throwable e) {
      throw raised(e);
    }
  }

  /** Starts to send each rank bytes of its own; counts and offsets are ints in native memory. */
  void exchange(
      MemorySegment to,
      MemorySegment toCounts,
      MemorySegment toOffsets,
      MemorySegment from,
      MemorySegment fromCounts,
      MemorySegment fromOffsets,
      MemorySegment request) {
    try {
      check(
          "MPI_Ialltoallv",
          (int)
              ialltoallv.invokeExact(
                  to,
                  toCounts,
                  toOffsets,
                  bytes,
                  from,
                  fromCounts,
                  fromOffsets,
                  bytes,
                  world,
                  request));
    } catch (Throwable e) {
      throw raised(e);
    }
  }

  /** Whether what was started is done. */
  boolean isDone(MemorySegment request) {
    try {
      check("MPI_Test", (int) test.invokeExact(request, flag, status));
      return flag.get(JAVA_INT, 0) != 0;
    } catch (Throwable e) {
      throw raised(e);
    }
  }

  /** Leaves the world; waits for the others to do so. */
  void leave() {
    try {
      check("MPI_Finalize", (int) function("MPI_Finalize").invokeExact());
    } catch (Throwable e) {
      throw raised(e);
    }
  }

  private void check(String call, int code) throws Throwable {
    if (code == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(MOST_TEXT);
      int unused = (int) errorString.invokeExact(code, text, arena.allocate(JAVA_INT));
      throw new CollectiveException(call + " failed: " + text.getString(0));
    }
  }

  private static RuntimeException raised(Throwable e) {
    return switch (e) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      default -> new CollectiveException("a call of MPI failed", e);
    };
  }
}
