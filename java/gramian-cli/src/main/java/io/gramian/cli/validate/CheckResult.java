package io.gramian.cli.validate;

import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.List;

/** What a check of one op came to: the worst errors over its cases, and everything that failed. */
public final class CheckResult {
  /** Stands for the worst error of what no case has. */
  public static final double NONE = -1;

  private final String op;
  private final String check;
  private final Bounds bounds;
  private final List<String> failures = new ArrayList<>();
  private int cases;
  private String unsupported;
  private double scores = NONE;
  private double gradients = NONE;
  private String skipped;

  /**
   * A result with no cases yet.
   *
   * @param op the name of the op
   * @param check what it is checked for: an element type, golden data, finite differences
   * @param bounds the errors that are allowed
   */
  CheckResult(String op, String check, Bounds bounds) {
    this.op = op;
    this.check = check;
    this.bounds = bounds;
  }

  /** Counts a case. */
  void addCase() {
    cases++;
  }

  /** Takes in the error of an output; indices must be equal. */
  void addError(String label, String output, Signature.Kind kind, double error) {
    double bound =
        switch (kind) {
          case GRADIENT -> bounds.gradients();
          case INDICES -> 0;
          default -> bounds.scores();
        };
    if (kind == Signature.Kind.GRADIENT) {
      gradients = Math.max(gradients, error);
    } else if (kind != Signature.Kind.INDICES) {
      scores = Math.max(scores, error);
    }
    if (!(error <= bound)) {
      failures.add(
          String.format("%s: '%s' is off by %.2e, allowed %.0e", label, output, error, bound));
    }
  }

  /** Takes in a case that did not run. */
  void addFailure(String label, String reason) {
    failures.add(label + ": " + reason);
  }

  /** Takes in a case that the backend does not offer. */
  void addUnsupported(String reason) {
    unsupported = reason;
  }

  /** Notes why there is nothing to check. */
  CheckResult skip(String reason) {
    skipped = reason;
    return this;
  }

  /**
   * The name of the op.
   *
   * @return as on the command line
   */
  public String op() {
    return op;
  }

  /**
   * What it was checked for.
   *
   * @return an element type, golden data or finite differences
   */
  public String check() {
    return check;
  }

  /**
   * The errors that are allowed.
   *
   * @return the bounds
   */
  public Bounds bounds() {
    return bounds;
  }

  /**
   * How many cases were run.
   *
   * @return 0 where it was skipped
   */
  public int cases() {
    return cases;
  }

  /**
   * The worst error of losses and scores.
   *
   * @return relative; {@link #NONE} where no case has any
   */
  public double scores() {
    return scores;
  }

  /**
   * The worst error of gradients.
   *
   * @return relative; {@link #NONE} where no case has any
   */
  public double gradients() {
    return gradients;
  }

  /**
   * Every case that failed, with its reason.
   *
   * @return a line each; empty where all is well
   */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /**
   * What of the op the backend does not offer.
   *
   * @return a reason; null where all cases were run
   */
  public String unsupported() {
    return unsupported;
  }

  /**
   * Why nothing was checked.
   *
   * @return null where something was
   */
  public String skipped() {
    return skipped == null && cases == 0 ? unsupported : skipped;
  }
}
