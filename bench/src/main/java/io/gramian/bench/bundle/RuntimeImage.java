package io.gramian.bench.bundle;

import io.gramian.GramianException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/** The part of the running JDK that the command needs, made by jlink. */
final class RuntimeImage {
  /** No java.desktop: it is half as much again, and draws nothing where there are no fonts. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "jdk.incubator.vector",
          "jdk.management",
          "jdk.unsupported");

  private RuntimeImage() {}

  /**
   * Makes the image.
   *
   * @param folder must not exist
   */
  static void link(Path folder) {
    StringWriter log = new StringWriter();
    PrintWriter writer = new PrintWriter(log);
    int code =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () -> new GramianException("this JDK has no jlink; expected a complete JDK"))
            .run(
                writer,
                writer,
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                // The archive compresses it, and better.
                "--compress=zip-0",
                "--output",
                folder.toString());
    if (code != 0) {
      throw new GramianException("jlink failed: " + log.toString().strip());
    }
  }
}
