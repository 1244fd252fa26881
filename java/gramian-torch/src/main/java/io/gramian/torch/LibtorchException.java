package io.gramian.torch;

import io.gramian.GramianException;
import java.io.Serial;

/**
 * The libtorch of this process cannot be used: there is none, there are two, it is too old, or it
 * refused a call. The message names the library and says what to do.
 */
public final class LibtorchException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public LibtorchException(String message) {
    super(message);
  }

  /**
   * An error with a message and its cause.
   *
   * @param message what was expected, what came and what to do
   * @param cause what caused it
   */
  public LibtorchException(String message, Throwable cause) {
    super(message, cause);
  }
}
