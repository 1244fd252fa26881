import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Checks or applies the formatting of all sources: Format.java check|apply GOOGLE_JAVA_FORMAT. */
final class Format {
  private static final List<String> ROOMS = List.of("java", "kernels", "native", "tests", "bench");
  private static final Set<String> CPP = Set.of("cu", "cuh", "cpp", "hpp", "h");

  private Format() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean check = args[0].equals("check");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> javaFlags =
        check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace");
    List<String> cppFlags = check ? List.of("--dry-run", "--Werror") : List.of("-i");

    boolean clean = run(List.of(java, "-jar", args[1]), javaFlags, sources(Set.of("java")));
    if (isInstalled("clang-format")) {
      clean &= run(List.of("clang-format"), cppFlags, sources(CPP));
    } else {
      System.out.println("format: no clang-format on this machine, C++ sources left unchecked");
    }
    if (!clean) {
      System.err.println("format: run ./mvnw -N verify -Dformat=apply");
      System.exit(1);
    }
  }

  private static List<String> sources(Set<String> endings) throws IOException {
    List<String> found = new ArrayList<>();
    for (String room : ROOMS) {
      if (!Files.isDirectory(Path.of(room))) {
        continue;
      }
      try (Stream<Path> files = Files.walk(Path.of(room))) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("/target/"))
            .filter(file -> endings.contains(ending(file)))
            .map(Path::toString)
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static boolean run(List<String> tool, List<String> flags, List<String> files)
      throws IOException, InterruptedException {
    if (files.isEmpty()) {
      return true;
    }
    List<String> command = new ArrayList<>(tool);
    command.addAll(flags);
    command.addAll(files);
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
