package io.gramian.cli.info;

import io.gramian.Backend;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gramian info}: what there is on this machine, and why something is missing. */
@Command(
    name = "info",
    description = "Shows backends, devices and kernel images, and why something is missing.",
    mixinStandardHelpOptions = true)
public final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** For picocli. */
  public InfoCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    printLines(
        out,
        "Java",
        List.of(
            Runtime.version() + " by " + System.getProperty("java.vendor"),
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors"));
    for (Backend backend : Backend.all()) {
      String state = backend.available() ? "available" : "not available";
      printLines(out, "backend " + backend.name() + " (" + state + ")", backend.details());
    }
    printLines(out, "kernel images", KernelImages.describe());
    return 0;
  }

  private static void printLines(PrintWriter out, String title, List<String> lines) {
    out.println(title);
    lines.forEach(line -> out.println("  " + line));
  }
}
