package io.gramian.torch;

import io.gramian.testing.Snippets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
  private static final Path TESTS = Path.of("src/test/java/io/gramian/torch");

  @Test
  void everyJavaBlockIsCodeThatRuns() {
    Snippets.assertShown(
        Path.of("README.md"),
        TESTS.resolve("javacpp/JavaCppReadmeTest.java"),
        TESTS.resolve("djl/DjlReadmeTest.java"),
        TESTS.resolve("djl/DjlFitTest.java"));
  }
}
