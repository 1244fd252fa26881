package io.gramian;

import java.io.Serial;

/** A parameter of an op, a device or a command is unknown or out of range. */
public class ParameterException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /** An error with a message. */
  public ParameterException(String message) {
    super(message);
  }

  /**
   * Requires an argument to be there.
   *
   * @param name what the argument is called
   * @return the argument
   * @throws ParameterException naming it, if it is null
   */
  public static <T> T requireNonNull(T argument, String name) {
    if (argument == null) {
      throw new ParameterException("expected " + name + ", got null");
    }
    return argument;
  }
}
