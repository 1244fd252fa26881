package io.gramian;

import java.io.Serial;

/** Root of all errors that Gramian raises. The message names what was expected and what came. */
public class GramianException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public GramianException(String message) {
    super(message);
  }

  /**
   * An error with a message and its cause.
   *
   * @param message what was expected, what came and what to do
   * @param cause what caused it
   */
  public GramianException(String message, Throwable cause) {
    super(message, cause);
  }
}
