package io.gramian.conformance;

import io.gramian.Accuracy;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.List;

/** What a check of one op came to: the worst errors over its cases, and everything that failed. */
public final class CheckResult {
  /** Stands for the worst error of what no case has. */
  public static final double NONE = -1;

  private final String op;
  private final String check;
  private final Accuracy bounds;
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
  public CheckResult(String op, String check, Accuracy bounds) {
    this.op = op;
    this.check = check;
    this.bounds = bounds;
  }

  /** Counts a case. */
  public void addCase() {
    cases++;
  }

  /** Takes in the error of an output of a case. */
  public void add(String label, Deviation deviation) {
    if (deviation.kind() == Signature.Kind.GRADIENT) {
      gradients = Math.max(gradients, deviation.error());
    } else if (deviation.kind() != Signature.Kind.INDICES) {
      scores = Math.max(scores, deviation.error());
    }
    if (!deviation.isWithin()) {
      addFailure(label, deviation.toString());
    }
  }

  /** Takes in a case that failed. */
  public void addFailure(String label, String reason) {
    failures.add(label + ": " + reason);
  }

  /** Takes in a case that the backend does not offer. */
  void addUnsupported(String reason) {
    unsupported = reason;
  }

  /** Notes why there is nothing to check. */
  public CheckResult skip(String reason) {
    skipped = reason;
    return this;
  }

  /** The name of the op, as on the command line. */
  public String op() {
    return op;
  }

  /** What it was checked for: an element type, golden data or finite differences. */
  public String check() {
    return check;
  }

  /** The errors that are allowed. */
  public Accuracy bounds() {
    return bounds;
  }

  /** How many cases were run; 0 where it was skipped. */
  public int cases() {
    return cases;
  }

  /** The worst relative error of losses and scores; {@link #NONE} where no case has any. */
  public double scores() {
    return scores;
  }

  /** The worst relative error of gradients; {@link #NONE} where no case has any. */
  public double gradients() {
    return gradients;
  }

  /** Every case that failed with its reason, a line each; empty where all is well. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /** What of the op the backend does not offer; null where all cases were run. */
  public String unsupported() {
    return unsupported;
  }

  /** Why nothing was checked; null where something was. */
  public String skipped() {
    return skipped == null && cases == 0 ? unsupported : skipped;
  }
}
