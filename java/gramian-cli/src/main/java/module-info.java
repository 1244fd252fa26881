/** The {@code gramian} command. */
@SuppressWarnings("requires-automatic") // XChart is no module
module io.gramian.cli {
  requires com.fasterxml.jackson.jr.ob;
  requires info.picocli;
  requires transitive io.gramian;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires xchart;

  exports io.gramian.cli.spi;
  exports io.gramian.cli.validate;

  opens io.gramian.cli to
      info.picocli;
  opens io.gramian.cli.info to
      info.picocli;
  opens io.gramian.cli.run to
      info.picocli;
  opens io.gramian.cli.train to
      info.picocli;
  opens io.gramian.cli.validate to
      info.picocli;

  uses io.gramian.cli.spi.Subcommand;
}
