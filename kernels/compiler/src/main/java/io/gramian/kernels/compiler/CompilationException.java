package io.gramian.kernels.compiler;

/** A source did not compile, or its compiler could not be started. The message holds the log. */
public final class CompilationException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what failed, followed by the log of the compiler where there is one
   */
  public CompilationException(String message) {
    super(message);
  }

  /**
   * Creates the exception with its cause.
   *
   * @param message what failed
   * @param cause the failure underneath
   */
  public CompilationException(String message, Throwable cause) {
    super(message, cause);
  }
}
