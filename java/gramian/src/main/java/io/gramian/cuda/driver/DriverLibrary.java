package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A loaded driver library. It stays loaded as long as the process, as drivers do.
 *
 * @param origin the name or path by which it was found
 * @param symbols its functions
 */
public record DriverLibrary(String origin, SymbolLookup symbols) {
  /** System property that names the driver library; then nothing else is tried. */
  public static final String LIBRARY_PROPERTY = "gramian.cuda.library";

  /** Exported by the emulated device only. */
  static final String EMULATED_MARK = "gramianEmulatedLastFault";

  /** The driver where the system has it, or why it is not there. */
  private record Search(DriverLibrary found, List<String> failures) {}

  /**
   * The search in the usual places, made once and before any other library is loaded: the emulated
   * device has the same name, and the system's loader finds what is loaded before what is
   * installed.
   */
  private static final class Installed {
    static final Search SEARCH = search(usualPlaces());
  }

  /**
   * Loads the NVIDIA driver of this machine.
   *
   * @throws DriverUnavailableException with every name and path tried
   */
  public static DriverLibrary loadInstalled() throws DriverUnavailableException {
    String chosen = System.getProperty(LIBRARY_PROPERTY);
    Search search = chosen == null ? Installed.SEARCH : search(List.of(chosen));
    if (search.found() == null) {
      throw new DriverUnavailableException(
          "no NVIDIA driver library: "
              + String.join("; ", search.failures())
              + " (system property "
              + LIBRARY_PROPERTY
              + " names another place)");
    }
    return search.found();
  }

  /**
   * Loads the emulated device at a path.
   *
   * @throws DriverUnavailableException if that cannot be done
   */
  public static DriverLibrary loadEmulated(Path path) throws DriverUnavailableException {
    Objects.requireNonNull(Installed.SEARCH);
    List<String> failures = new ArrayList<>();
    Optional<DriverLibrary> library = tryLoad(path.toAbsolutePath().toString(), failures);
    if (library.isEmpty()) {
      throw new DriverUnavailableException(failures.getFirst());
    }
    return library.get();
  }

  /** Whether this is the emulated device. */
  public boolean isEmulated() {
    return symbols.find(EMULATED_MARK).isPresent();
  }

  /**
   * The address of a function.
   *
   * @throws DriverUnavailableException if the library does not export it
   */
  MemorySegment require(String function) throws DriverUnavailableException {
    Optional<MemorySegment> address = symbols.find(function);
    if (address.isEmpty()) {
      throw new DriverUnavailableException(
          origin + " does not export " + function + ", so it is no CUDA driver or too old");
    }
    return address.get();
  }

  private static Search search(List<String> places) {
    List<String> failures = new ArrayList<>();
    for (String place : places) {
      Optional<DriverLibrary> library = tryLoad(place, failures);
      if (library.isPresent()) {
        if (!library.get().isEmulated()) {
          return new Search(library.get(), List.of());
        }
        failures.add(place + " is the emulated device");
      }
    }
    return new Search(null, List.copyOf(failures));
  }

  private static List<String> usualPlaces() {
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return List.of("nvcuda.dll");
    }
    // Beyond the loader's own search path: Debian, Fedora and WSL.
    return List.of(
        "libcuda.so.1",
        "/usr/lib/x86_64-linux-gnu/libcuda.so.1",
        "/usr/lib/aarch64-linux-gnu/libcuda.so.1",
        "/usr/lib64/libcuda.so.1",
        "/usr/lib/wsl/lib/libcuda.so.1");
  }

  /**
   * Why a library is not loaded: that it is not there, or what the system's loader says of it,
   * which Java keeps to itself.
   */
  private static String failure(String candidate, boolean exists) {
    String reason = LoaderErrors.of(candidate);
    boolean missing =
        reason.startsWith(candidate + ":") && reason.endsWith("No such file or directory");
    if (!exists && (missing || reason.isEmpty())) {
      return candidate + " not found";
    }
    return candidate + " cannot be loaded" + (reason.isEmpty() ? "" : " (" + reason + ")");
  }

  @SuppressWarnings("restricted") // loading the driver is what this class is for
  private static Optional<DriverLibrary> tryLoad(String candidate, List<String> failures) {
    Path path = Path.of(candidate);
    try {
      if (path.isAbsolute()) {
        if (!Files.exists(path)) {
          failures.add("no " + candidate);
          return Optional.empty();
        }
        return Optional.of(
            new DriverLibrary(candidate, SymbolLookup.libraryLookup(path, Arena.global())));
      }
      return Optional.of(
          new DriverLibrary(candidate, SymbolLookup.libraryLookup(candidate, Arena.global())));
    } catch (IllegalCallerException e) {
      failures.add("native access is denied; start Java with --enable-native-access=io.gramian");
    } catch (IllegalArgumentException e) {
      failures.add(failure(candidate, path.isAbsolute()));
    }
    return Optional.empty();
  }
}
