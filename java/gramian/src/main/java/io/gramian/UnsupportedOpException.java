package io.gramian;

import java.io.Serial;

/**
 * A backend does not implement an op, or not for the given element type. The message says what it
 * does implement.
 */
public class UnsupportedOpException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public UnsupportedOpException(String message) {
    super(message);
  }
}
