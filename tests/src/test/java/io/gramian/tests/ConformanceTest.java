package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every op on every backend of this machine against the reference, over shapes, element types,
 * strides and degenerate inputs, forward and backward, as {@code gramian validate} does it.
 */
final class ConformanceTest {
  static List<String> backends() {
    return Backends.available();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyErrorIsWithinItsBound(String backend) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed);
    int code = Main.run(writer, writer, "validate", "--backend", backend);
    assertThat(code).as(printed.toString()).isZero();
  }
}
