package io.gramian.bench.bundle;

import io.gramian.cli.spi.Subcommand;

/** Adds {@code bundle} to the {@code gramian} command. */
public final class BundleSubcommand implements Subcommand {
  /** For the service loader. */
  public BundleSubcommand() {}

  @Override
  public String name() {
    return "bundle";
  }

  @Override
  public Object command() {
    return new BundleCommand();
  }
}
