package io.gramian.bench;

import io.gramian.Accuracy;
import io.gramian.bench.report.Agreement;
import java.util.Locale;

/** Results that were to be timed are wrong. */
public final class DisagreementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what disagrees with what, and by how much
   */
  public DisagreementException(String message) {
    super(message);
  }

  /**
   * @param by whose results they are
   * @param other whose results they differ from
   * @param on what they are results of
   * @param found how far they are apart
   * @param bound how far they may be
   */
  public DisagreementException(
      String by, String other, String on, Agreement found, Accuracy bound) {
    this(
        String.format(
            Locale.ROOT,
            "%s disagrees with %s on %s: relative difference of the result %.2e (at most %.0e),"
                + " of the gradients %.2e (at most %.0e)",
            by,
            other,
            on,
            found.result(),
            bound.scores(),
            found.gradients(),
            bound.gradients()));
  }
}
