package io.gramian;

import java.util.concurrent.atomic.AtomicInteger;

/** Shares in something that is given back with the last of them. */
final class Hold {
  private final Runnable release;
  private final AtomicInteger shares = new AtomicInteger(1);

  /** One share, of whoever makes this. */
  Hold(Runnable release) {
    this.release = release;
  }

  /** One more share; only for someone who has one. */
  void retain() {
    shares.incrementAndGet();
  }

  /** One share less; the last gives back what is held. */
  void release() {
    if (shares.decrementAndGet() == 0) {
      release.run();
    }
  }

  /** Whether it has been given back. */
  boolean isReleased() {
    return shares.get() == 0;
  }
}
