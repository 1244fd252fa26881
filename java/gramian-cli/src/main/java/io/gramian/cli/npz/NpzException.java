package io.gramian.cli.npz;

import java.io.IOException;

/**
 * A file that is not a readable npz or npy file. The message is one line and says what is wrong.
 */
public final class NpzException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what is wrong, and where
   */
  public NpzException(String message) {
    super(message);
  }

  /**
   * @param message one line: what is wrong, and where
   * @param cause the underlying failure
   */
  public NpzException(String message, Throwable cause) {
    super(message, cause);
  }
}
