package io.gramian;

import java.io.Serial;

/** Something was used after it was closed. */
public class ClosedException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public ClosedException(String message) {
    super(message);
  }
}
