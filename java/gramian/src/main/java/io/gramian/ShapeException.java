package io.gramian;

import java.io.Serial;

/**
 * A tensor is missing, unknown, or of the wrong shape, strides or element type. The message names
 * the argument, the expected and the actual shape.
 */
public class ShapeException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public ShapeException(String message) {
    super(message);
  }
}
