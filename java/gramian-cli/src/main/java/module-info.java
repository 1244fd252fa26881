/** The {@code gramian} command. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // XChart is no module
module io.gramian.cli {
  requires com.fasterxml.jackson.jr.ob;
  requires info.picocli;
  requires java.logging;
  requires transitive de.siegmar.fastcsv;
  requires transitive io.gramian;
  requires transitive java.desktop;
  requires transitive xchart;

  exports io.gramian.cli;
  exports io.gramian.cli.io;
  exports io.gramian.cli.pages;
  exports io.gramian.cli.spi;

  opens io.gramian.cli to
      info.picocli;
  opens io.gramian.cli.info to
      info.picocli;
  opens io.gramian.cli.profile to
      info.picocli;
  opens io.gramian.cli.run to
      info.picocli;
  opens io.gramian.cli.validate to
      info.picocli;

  uses io.gramian.cli.spi.Subcommand;
}
