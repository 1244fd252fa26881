package io.gramian.conformance;

/** A run broke a promise that has nothing to do with accuracy: the message says which. */
public final class CaseFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CaseFailure(String message) {
    super(message);
  }
}
