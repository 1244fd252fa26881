package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  @Test
  void imagesAreForTwoTargetsUnlessTold() {
    Arguments arguments =
        Arguments.parse("images", "--sources", "s", "--include", "i", "--output", "o");

    assertThat(arguments.mode()).isEqualTo(Arguments.Mode.IMAGES);
    assertThat(arguments.sources()).isEqualTo(Path.of("s"));
    assertThat(arguments.include()).isEqualTo(Path.of("i"));
    assertThat(arguments.output()).isEqualTo(Path.of("o"));
    assertThat(arguments.targets()).containsExactly(Target.SM_80, Target.SM_90A);
    assertThat(arguments.cache()).isEqualTo(ImageCache.defaultFolder());
    assertThat(arguments.options()).isEmpty();
  }

  @Test
  void optionsAreSeparatedBySpaces() {
    Arguments arguments =
        Arguments.parse(
            "images", "--sources", "s", "--include", "i", "--output", "o", "--options", " -G  -x ");

    assertThat(arguments.options()).containsExactly("-G", "-x");
  }

  @Test
  void targetsKeepTheirOrder() {
    assertThat(Target.parseList("sm_120, sm_80")).containsExactly(Target.SM_120, Target.SM_80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|missing mode",
        "gpu|unknown mode 'gpu'",
        "images --source s|unknown option '--source'",
        "images --sources|option --sources lacks its value",
        "images --sources s --include i|missing option --output",
        "images --sources s --include i --output o --targets sm_1|unknown target 'sm_1'",
        "driver --sources s|missing option --output",
      })
  void saysWhatIsWrong(String line, String message) {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");

    assertThatThrownBy(() -> Arguments.parse(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
