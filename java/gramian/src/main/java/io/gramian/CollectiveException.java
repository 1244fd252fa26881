package io.gramian;

import java.io.Serial;

/** An exchange between ranks cannot be completed; the message names the ranks and what was met. */
public class CollectiveException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public CollectiveException(String message) {
    super(message);
  }

  /**
   * An error with a message and what caused it.
   *
   * @param message what was expected, what came and what to do
   * @param cause what caused it
   */
  public CollectiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
