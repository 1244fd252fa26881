package io.gramian.cli.io;

import java.nio.file.Path;

/** The folder of the working copy. */
public final class Root {
  /** Set by the launcher. */
  private static final String PROPERTY = "gramian.root";

  private Root() {}

  /** What the launcher says, or the folder that this process runs in. */
  public static Path here() {
    return Path.of(System.getProperty(PROPERTY, "")).toAbsolutePath();
  }
}
