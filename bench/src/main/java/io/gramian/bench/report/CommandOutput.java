package io.gramian.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What other programs of the machine tell. */
public final class CommandOutput {
  private CommandOutput() {}

  /** What a command prints; empty where there is none of that name or it fails. */
  public static String of(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
