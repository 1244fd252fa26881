package io.gramian;

import java.io.Serial;

/** Root of all errors that Gramian raises. The message names what was expected and what came. */
public class GramianException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** An error with a message. */
  public GramianException(String message) {
    super(message);
  }

  /** An error with a message and its cause. */
  public GramianException(String message, Throwable cause) {
    super(message, cause);
  }
}
