package io.gramian.kernels.compiler;

import java.io.IOException;

/** Command line of the kernel compiler. */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_USAGE = 2;

  private Main() {}

  /**
   * Builds images as the arguments say. Exit status: 0 done, or skipped with a line that says why;
   * 1 a source does not compile or a file cannot be read or written; 2 the arguments are wrong.
   *
   * @param arguments see {@link Arguments#USAGE}
   * @throws InterruptedException if the build is interrupted
   */
  public static void main(String[] arguments) throws InterruptedException {
    int status = run(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(String... arguments) throws InterruptedException {
    Arguments parsed;
    try {
      parsed = Arguments.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(Arguments.USAGE);
      return BAD_USAGE;
    }
    try {
      System.out.println(build(parsed));
      return 0;
    } catch (CompilationException e) {
      printFailure(e);
      for (Throwable other : e.getSuppressed()) {
        printFailure(other);
      }
    } catch (IOException e) {
      printFailure(e);
    }
    return FAILED;
  }

  private static void printFailure(Throwable failure) {
    String text = failure instanceof IOException ? failure.toString() : failure.getMessage();
    System.err.println(text);
  }

  private static String build(Arguments arguments)
      throws CompilationException, IOException, InterruptedException {
    return switch (arguments.mode()) {
      case IMAGES -> buildImages(arguments);
      case DRIVER -> buildDriver(arguments);
    };
  }

  private static String buildImages(Arguments arguments)
      throws CompilationException, IOException, InterruptedException {
    SourceTree tree = new SourceTree(arguments.root(), arguments.sources(), arguments.include());
    BuildSummary summary =
        new ImageBuild(
                tree,
                arguments.targets(),
                arguments.options(),
                arguments.output(),
                arguments.cache())
            .run();
    if (arguments.resources() != null) {
      ResourceTable.write(
          arguments.output(), arguments.targets(), tree.images(), arguments.resources());
    }
    return "Kernel images: " + summary;
  }

  private static String buildDriver(Arguments arguments)
      throws CompilationException, IOException, InterruptedException {
    if (!HostCompiler.isAvailable(arguments.hostCompiler())) {
      return "Emulated device: skipped, no " + arguments.hostCompiler() + " on this machine";
    }
    BuildSummary summary =
        new DriverBuild(
                new HostCompiler(arguments.hostCompiler()),
                arguments.root(),
                arguments.sources(),
                arguments.output(),
                arguments.cache())
            .run();
    return "Emulated device: " + summary;
  }
}
