package io.gramian.cuda.device;

/** A part of a plan's workspace, or none. */
public final class Region {
  /** No part of the workspace. */
  public static final Region NONE = new Region(-1);

  private final long offset;

  Region(long offset) {
    this.offset = offset;
  }

  /** Whether there is such a part. */
  public boolean exists() {
    return offset >= 0;
  }

  /** Its device address in a run's workspace; 0 for none. */
  public long at(long workspace) {
    return exists() ? workspace + offset : 0;
  }
}
