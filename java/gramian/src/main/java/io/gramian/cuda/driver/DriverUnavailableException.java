package io.gramian.cuda.driver;

import java.io.Serial;

/** A CUDA driver cannot be used; the message is the reason. */
public final class DriverUnavailableException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** An error with the reason. */
  public DriverUnavailableException(String reason) {
    super(reason);
  }
}
