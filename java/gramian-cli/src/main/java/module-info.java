/** The {@code gramian} command. */
@SuppressWarnings("requires-automatic") // XChart is no module
module io.gramian.cli {
  requires com.fasterxml.jackson.jr.ob;
  requires info.picocli;
  requires io.gramian;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires xchart;

  opens io.gramian.cli to
      info.picocli;
  opens io.gramian.cli.info to
      info.picocli;
  opens io.gramian.cli.run to
      info.picocli;
  opens io.gramian.cli.train to
      info.picocli;
}
