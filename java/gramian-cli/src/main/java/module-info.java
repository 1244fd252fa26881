/** The {@code gramian} command. */
module io.gramian.cli {
  requires com.fasterxml.jackson.jr.ob;
  requires info.picocli;
  requires transitive io.gramian;

  exports io.gramian.cli;
  exports io.gramian.cli.io;
  exports io.gramian.cli.spi;
  exports io.gramian.cli.validate;

  opens io.gramian.cli to
      info.picocli;
  opens io.gramian.cli.info to
      info.picocli;
  opens io.gramian.cli.run to
      info.picocli;
  opens io.gramian.cli.validate to
      info.picocli;

  uses io.gramian.cli.spi.Subcommand;
}
