package io.gramian;

import java.io.Serial;

/** A parameter of an op, a device or a command is unknown or out of range. */
public class ParameterException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /** An error with a message. */
  public ParameterException(String message) {
    super(message);
  }
}
