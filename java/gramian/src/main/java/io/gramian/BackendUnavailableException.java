package io.gramian;

import java.io.Serial;
import java.util.List;

/** No backend of those asked for can be used. Carries every backend tried, each with its reason. */
public class BackendUnavailableException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * A backend that was tried.
   *
   * @param backend name of the backend
   * @param reason why it cannot be used
   */
  public record Attempt(String backend, String reason) implements java.io.Serializable {}

  /** Every backend tried, with its reason. */
  @SuppressWarnings("serial") // List.copyOf is serializable
  private final List<Attempt> attempts;

  /**
   * An error for the given attempts, in the order in which they were made.
   *
   * @param attempts one for each backend tried
   */
  public BackendUnavailableException(List<Attempt> attempts) {
    super(describe(attempts));
    this.attempts = List.copyOf(attempts);
  }

  /**
   * An error for a single backend.
   *
   * @param backend name of the backend
   * @param reason why it cannot be had
   */
  public BackendUnavailableException(String backend, String reason) {
    this(List.of(new Attempt(backend, reason)));
  }

  /** {@return every backend tried, with its reason} */
  public List<Attempt> attempts() {
    return attempts;
  }

  private static String describe(List<Attempt> attempts) {
    StringBuilder text = new StringBuilder();
    for (Attempt attempt : attempts) {
      text.append(text.isEmpty() ? "" : "; ");
      text.append("backend '").append(attempt.backend()).append("' is not available: ");
      text.append(attempt.reason());
    }
    return text.toString();
  }
}
