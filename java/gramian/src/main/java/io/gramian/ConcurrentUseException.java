package io.gramian;

import java.io.Serial;

/** Two threads entered one plan at the same time. */
public class ConcurrentUseException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public ConcurrentUseException(String message) {
    super(message);
  }
}
