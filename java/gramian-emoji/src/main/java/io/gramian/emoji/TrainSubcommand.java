package io.gramian.emoji;

import io.gramian.cli.spi.Subcommand;

/** {@code train} as a command of {@code gramian}. */
public final class TrainSubcommand implements Subcommand {
  /** For the service loader. */
  public TrainSubcommand() {}

  @Override
  public String name() {
    return "train";
  }

  @Override
  public Object command() {
    return new TrainCommand();
  }
}
