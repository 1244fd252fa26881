package io.gramian.cli.spi;

/**
 * A command that another module adds to {@code gramian}: a service, found on the module path. So
 * the command does not depend on what only some of its users need.
 */
public interface Subcommand {
  /** Its name on the command line. */
  String name();

  /** A new picocli command. */
  Object command();
}
