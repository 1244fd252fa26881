package io.gramian.kernels.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Command line of the program. */
public final class Main {
  private static final String USAGE =
      """
      usage: java Main.java java KERNELS DIR    writes Java classes into DIR
             java Main.java check KERNELS FILE  writes a source that proves their layouts
      KERNELS is the folder with include/gramian and src\
      """;

  /** Headers of such names are the contract. */
  private static final String SUFFIX = "params.cuh";

  private static final Pattern INCLUDE =
      Pattern.compile("^#include \"gramian/(.*)\"", Pattern.MULTILINE);

  private Main() {}

  /**
   * Writes what the arguments say. Exit status: 0 done; 1 the sources are not as they must be; 2
   * the arguments are wrong.
   *
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    int status = run(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(String... arguments) throws IOException {
    if (arguments.length != 3 || !List.of("java", "check").contains(arguments[0])) {
      System.err.println(USAGE);
      return 2;
    }
    try {
      Contract contract = read(Path.of(arguments[1]));
      Path to = Path.of(arguments[2]);
      if (arguments[0].equals("java")) {
        writeJava(to, JavaWriter.write(contract));
      } else {
        write(to, CheckWriter.write(contract));
      }
      return 0;
    } catch (ContractException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  /** Reads the contract out of the folder of the kernels. */
  static Contract read(Path kernels) throws IOException, ContractException {
    Contract contract = new Contract();
    Path include = kernels.resolve("include/gramian");
    Set<String> ordered = new LinkedHashSet<>();
    for (Path header : list(include, SUFFIX)) {
      visit(include, name(include, header), ordered, new LinkedHashSet<>());
    }
    for (String header : ordered) {
      if (header.endsWith(SUFFIX)) {
        HeaderParser.parse(contract, header, Files.readAllLines(include.resolve(header)));
      }
    }
    for (Path source : list(kernels.resolve("src"), ".cu")) {
      String file = source.getFileName().toString();
      KernelScanner.scan(
          contract, file.substring(0, file.length() - 3), file, Files.readAllLines(source));
    }
    return contract;
  }

  /** Adds a header after those that it includes. */
  private static void visit(Path include, String header, Set<String> done, Set<String> open)
      throws IOException {
    if (done.contains(header) || !open.add(header) || !Files.exists(include.resolve(header))) {
      return;
    }
    Matcher matcher = INCLUDE.matcher(Files.readString(include.resolve(header)));
    while (matcher.find()) {
      visit(include, matcher.group(1), done, open);
    }
    done.add(header);
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static List<Path> list(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static void writeJava(Path folder, Map<String, String> files) throws IOException {
    Path to = folder.resolve("io/gramian/cuda/abi");
    Files.createDirectories(to);
    List<Path> stale = new ArrayList<>(list(to, ".java"));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = to.resolve(file.getKey());
      stale.remove(path);
      write(path, file.getValue());
    }
    for (Path path : stale) {
      Files.delete(path);
    }
  }

  /** Writes a file unless it is as it should be, so that nothing is compiled for nothing. */
  private static void write(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    }
  }
}
