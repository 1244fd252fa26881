package io.gramian.bench;

/** Results that were to be timed are wrong. */
public final class DisagreementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what disagrees with what, and by how much
   */
  public DisagreementException(String message) {
    super(message);
  }
}
