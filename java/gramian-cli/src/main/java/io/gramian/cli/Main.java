package io.gramian.cli;

import io.gramian.GramianException;
import io.gramian.cli.info.InfoCommand;
import io.gramian.cli.io.FileErrors;
import io.gramian.cli.run.RunCommand;
import io.gramian.cli.spi.Subcommand;
import io.gramian.cli.validate.ValidateCommand;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code gramian} command. Exit codes: 0 done, 1 something that was checked or tried has
 * failed, 2 bad input (one line on the error stream says what is wrong).
 */
@Command(
    name = "gramian",
    description = "N-way contrastive learning kernels: run, check, train.",
    footer =
        "%nThe launcher adds the commands bench (benchmarks) and bundle (an archive for a GPU"
            + " box).",
    mixinStandardHelpOptions = true,
    version = "gramian 0.1.0-SNAPSHOT",
    subcommands = {InfoCommand.class, RunCommand.class, ValidateCommand.class})
public final class Main implements Runnable {
  private static final int BAD_INPUT = 2;

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and ends the process.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // Charts and pictures are drawn off screen.
    System.setProperty("java.awt.headless", "true");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /**
   * Runs the command.
   *
   * @param out where results go
   * @param err where complaints go
   * @param args the command line
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine command = new CommandLine(new Main());
    for (Subcommand subcommand : ServiceLoader.load(Subcommand.class)) {
      command.addSubcommand(subcommand.name(), subcommand.command());
    }
    int code =
        command
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Main::reportUsage)
            .setExecutionExceptionHandler(Main::reportFailure)
            .execute(args);
    out.flush();
    err.flush();
    return code;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int reportUsage(ParameterException e, String[] args) {
    complain(e.getCommandLine(), e.getMessage());
    return BAD_INPUT;
  }

  /**
   * Errors of the library, of input and of files are for the user; anything else is a bug with its
   * trace.
   */
  private static int reportFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof UserException || e instanceof GramianException) {
      complain(command, e.getMessage());
      return BAD_INPUT;
    }
    Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
    if (cause instanceof FileSystemException file) {
      complain(command, "cannot read or write " + file.getFile() + ": " + FileErrors.reason(file));
      return BAD_INPUT;
    }
    throw e;
  }

  private static void complain(CommandLine command, String message) {
    command.getErr().println("gramian: " + message.lines().findFirst().orElse("failed"));
  }
}
