package io.gramian.bench.peers;

import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** The native libraries of JavaCPP: PyTorch, and the BLAS that it and the bare product use. */
public final class Torch {
  /** Which BLAS JavaCPP binds; read when the library is loaded, so once per process. */
  private static final String BLAS_PROPERTY = "org.bytedeco.openblas.load";

  /** The BLAS libraries that can be asked for. */
  public static final List<String> BLAS = List.of("mkl", "openblas");

  /** Asks for the first BLAS that is present. */
  public static final String ANY = "any";

  private static final String MKL_RESOURCE = "/org/bytedeco/mkl/linux-x86_64/libmkl_rt.so.2";

  private static String blas;
  private static String failure;

  private Torch() {}

  /**
   * Loads PyTorch and its BLAS.
   *
   * @param wanted {@code mkl}, {@code openblas}, or {@link #ANY}
   * @param threads of both
   * @return why it cannot be loaded, or nothing
   */
  public static synchronized Optional<String> load(String wanted, int threads) {
    if (failure != null) {
      return Optional.of(failure);
    }
    if (blas == null && !isOnPath()) {
      failure = "its classes are not on the path";
      return Optional.of(failure);
    }
    if (blas == null) {
      boolean mkl = hasMkl();
      if (wanted.equals("mkl") && !mkl) {
        return Optional.of("MKL is not on the path (Maven profile mkl)");
      }
      boolean useMkl = wanted.equals(ANY) ? mkl : wanted.equals("mkl");
      if (useMkl) {
        System.setProperty(BLAS_PROPERTY, "mkl_rt");
      }
      try {
        Loader.load(org.bytedeco.openblas.global.openblas_nolapack.class);
        Loader.load(torch.class);
      } catch (LinkageError e) {
        failure =
            "no native library of PyTorch for this platform ("
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                + ")";
        return Optional.of(failure);
      }
      blas = useMkl ? "MKL" : "OpenBLAS";
    }
    torch.set_num_threads(threads);
    if (blas.equals("OpenBLAS")) {
      // MKL takes the number of PyTorch's OpenMP threads; its own setting would start a second
      // pool.
      openblas_nolapack.blas_set_num_threads(threads);
    }
    return Optional.empty();
  }

  /** Name of the loaded BLAS. */
  public static synchronized String blas() {
    return blas;
  }

  /** Whether there are the Java classes of PyTorch at all: a bundle has none. */
  private static boolean isOnPath() {
    return Torch.class.getResource("/org/bytedeco/pytorch/global/torch.class") != null;
  }

  /** Version of PyTorch, as it is packed for JavaCPP. */
  public static String version() {
    return packed("pytorch");
  }

  /** Version of the loaded BLAS, likewise. */
  public static synchronized String blasVersion() {
    return blas == null ? "" : packed(blas.equals("MKL") ? "mkl" : "openblas");
  }

  private static String packed(String artifact) {
    if (!isOnPath()) {
      return "";
    }
    try {
      return Loader.getVersion("org.bytedeco", artifact);
    } catch (java.io.IOException | NullPointerException e) {
      return "";
    }
  }

  /** Whether JavaCPP would find MKL, by its own way of looking. */
  private static boolean hasMkl() {
    try {
      return Loader.findResource(Torch.class, MKL_RESOURCE) != null;
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
