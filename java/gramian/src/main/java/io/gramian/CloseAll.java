package io.gramian;

/** Closes many things: all of them, also where closing one of them fails. */
final class CloseAll {
  private CloseAll() {}

  /** Closes everything in order, then raises the first failure with the later ones suppressed. */
  static void of(Iterable<? extends Runnable> closers) {
    RuntimeException first = null;
    for (Runnable closer : closers) {
      try {
        closer.run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
