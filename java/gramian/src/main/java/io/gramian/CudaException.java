package io.gramian;

import java.io.Serial;

/** A call of the CUDA driver failed. */
public class CudaException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /** The driver function that failed. */
  private final String call;

  /** The result that it returned. */
  private final int code;

  /** The name of the code. */
  private final String codeName;

  /**
   * An error of a driver call.
   *
   * @param call the driver function, for instance {@code cuLaunchKernel}
   * @param code the {@code CUresult}
   * @param codeName its name, for instance {@code CUDA_ERROR_ILLEGAL_ADDRESS}
   * @param detail what was being done: kernel, grid, block, sizes; may be empty
   */
  public CudaException(String call, int code, String codeName, String detail) {
    super(call + " failed with " + codeName + " (" + code + ")" + suffix(detail));
    this.call = call;
    this.code = code;
    this.codeName = codeName;
  }

  /** {@return the driver function that failed} */
  public String call() {
    return call;
  }

  /** {@return the {@code CUresult} that it returned} */
  public int code() {
    return code;
  }

  /** {@return the name of the code} */
  public String codeName() {
    return codeName;
  }

  private static String suffix(String detail) {
    return detail.isEmpty() ? "" : ": " + detail;
  }
}
