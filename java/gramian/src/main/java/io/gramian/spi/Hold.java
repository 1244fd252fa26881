package io.gramian.spi;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shares in something that is given back with the last of them: its owner's, and one of every call
 * that uses it. So nothing is freed under a call of another thread.
 */
public final class Hold {
  private final Runnable release;
  private final Hold beneath;
  private final AtomicInteger shares = new AtomicInteger(1);

  /**
   * One share, of whoever makes this.
   *
   * @param release gives the memory back when no share is left
   */
  public Hold(Runnable release) {
    this(release, null);
  }

  /**
   * One share, of whoever makes this.
   *
   * @param release gives the memory back when no share is left
   * @param beneath has no share of this, but must be held while this is used; null for none
   */
  public Hold(Runnable release, Hold beneath) {
    this.release = release;
    this.beneath = beneath;
  }

  /**
   * Takes one more share.
   *
   * @return false if the last one has been given back
   */
  public boolean retain() {
    int count;
    do {
      count = shares.get();
      if (count == 0) {
        return false;
      }
    } while (!shares.compareAndSet(count, count + 1));
    return true;
  }

  /** Gives one share back; with the last one what is held. */
  public void release() {
    if (shares.decrementAndGet() == 0) {
      release.run();
    }
  }

  /**
   * Takes a share of this and of what is beneath, until {@link #endUse}.
   *
   * @return false if one of them has been given back
   */
  public boolean use() {
    if (!retain()) {
      return false;
    }
    if (beneath != null && !beneath.use()) {
      release();
      return false;
    }
    return true;
  }

  /** Ends what {@link #use} began. */
  public void endUse() {
    if (beneath != null) {
      beneath.endUse();
    }
    release();
  }

  /** {@return whether nothing has been given back} */
  public boolean isHeld() {
    return shares.get() > 0 && (beneath == null || beneath.isHeld());
  }
}
