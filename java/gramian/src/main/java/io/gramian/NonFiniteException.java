package io.gramian;

import java.io.Serial;

/**
 * An input holds NaN or infinity and {@link PlanOptions#checkFinite} was asked for. The message
 * names the argument and the first such element.
 */
public class NonFiniteException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public NonFiniteException(String message) {
    super(message);
  }
}
