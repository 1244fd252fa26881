package io.gramian;

/** What Java raises where sizes are beyond it, as errors that say which sizes. */
final class SizeErrors {
  private SizeErrors() {}

  /**
   * The error for numbers that do not fit their type, or lengths that no array has.
   *
   * @param what was under way
   */
  static ShapeException tooLarge(String what, RuntimeException cause) {
    ShapeException error = new ShapeException(what + " exceeds what the backend can address");
    error.initCause(cause);
    return error;
  }

  /**
   * The error for memory that the process does not have.
   *
   * @param what was under way
   */
  static GramianException noMemory(String what, OutOfMemoryError cause) {
    return new GramianException("no memory for " + what + ": " + cause.getMessage(), cause);
  }
}
