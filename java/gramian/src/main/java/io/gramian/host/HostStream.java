package io.gramian.host;

import io.gramian.Stream;

/** The stream of a device that does its work at once. */
enum HostStream implements Stream {
  INSTANCE;

  @Override
  public long handle() {
    return 0;
  }

  @Override
  public void synchronize() {}

  @Override
  public void close() {}
}
