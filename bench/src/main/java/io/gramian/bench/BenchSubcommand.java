package io.gramian.bench;

import io.gramian.cli.spi.Subcommand;

/** Adds {@code bench} to the {@code gramian} command. */
public final class BenchSubcommand implements Subcommand {
  /** For the service loader. */
  public BenchSubcommand() {}

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public Object command() {
    return new BenchCommand();
  }
}
