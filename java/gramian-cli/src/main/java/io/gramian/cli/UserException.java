package io.gramian.cli;

/** Input that cannot be worked with. The message is one line and says what is wrong. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line
   */
  public UserException(String message) {
    super(message);
  }

  /**
   * @param message one line
   * @param cause the underlying failure
   */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
