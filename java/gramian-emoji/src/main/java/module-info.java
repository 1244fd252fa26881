import io.gramian.cli.spi.Subcommand;
import io.gramian.emoji.TrainSubcommand;

/**
 * The study behind {@code gramian train}: four modalities of emoji, aligned by the library's
 * losses.
 */
module io.gramian.emoji {
  requires com.fasterxml.jackson.jr.ob;
  requires info.picocli;
  requires io.gramian.cli;
  requires me.tongfei.progressbar;

  opens io.gramian.emoji to
      info.picocli;

  provides Subcommand with
      TrainSubcommand;
}
