package io.gramian.cli;

import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.cli.info.InfoCommand;
import io.gramian.cli.io.FileErrors;
import io.gramian.cli.io.Printable;
import io.gramian.cli.profile.ProfileCommand;
import io.gramian.cli.run.RunCommand;
import io.gramian.cli.spi.Subcommand;
import io.gramian.cli.validate.ValidateCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
    subcommands = {
      InfoCommand.class,
      RunCommand.class,
      ValidateCommand.class,
      ProfileCommand.class
    })
public final class Main implements Runnable {
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  /** Set by the launcher: what to read to its end before the process ends. */
  private static final String ERRORS_SHOWN = "gramian.errors.shown";

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger LIBRARY = Logger.getLogger(Device.class.getPackageName());

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and ends the process.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // What is done says on what device.
    LIBRARY.setLevel(Level.WARNING);
    // Charts and pictures are drawn off screen.
    System.setProperty("java.awt.headless", "true");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    awaitErrors();
    System.exit(code);
  }

  /**
   * Closes the error stream and waits until all of it has been shown, where the launcher filters
   * that and has given a file that ends then.
   */
  private static void awaitErrors() {
    String shown = System.getProperty(ERRORS_SHOWN);
    if (shown == null) {
      return;
    }
    System.err.close();
    try (InputStream in = Files.newInputStream(Path.of(shown))) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The errors come all the same, perhaps after the end of this process.
    }
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
    command
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::reportUsage)
        .setExecutionExceptionHandler(Main::reportFailure);
    int code;
    try {
      code = command.execute(args);
    } catch (OutOfMemoryError e) {
      long megabytes = Runtime.getRuntime().maxMemory() >> 20;
      complain(
          command,
          "out of memory: Java has "
              + megabytes
              + " MB for this; GRAMIAN_JAVA_OPTS=-Xmx8g gives it, for instance, 8 GB");
      code = FAILED;
    }
    out.flush();
    err.flush();
    return code;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int reportUsage(ParameterException e, String[] args) {
    String line = firstLine(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      CommandLine command = e.getCommandLine();
      Set<String> known = new TreeSet<>(command.getSubcommands().keySet());
      known.addAll(command.getCommandSpec().optionsMap().keySet());
      line += io.gramian.ParameterException.didYouMean(unmatched.getUnmatched().getFirst(), known);
    }
    complain(e.getCommandLine(), line);
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
    switch (cause) {
      case FileSystemException file ->
          complain(
              command, "cannot read or write " + file.getFile() + ": " + FileErrors.reason(file));
      case IOException io -> complain(command, "cannot read or write: " + io.getMessage());
      case InvalidPathException path ->
          complain(command, "'" + path.getInput() + "' is no path: " + path.getReason());
      default -> throw e;
    }
    return BAD_INPUT;
  }

  private static void complain(CommandLine command, String message) {
    command.getErr().println("gramian: " + Printable.of(firstLine(message)));
  }

  private static String firstLine(String message) {
    return message == null ? "failed" : message.lines().findFirst().orElse("failed");
  }
}
