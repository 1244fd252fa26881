package io.gramian.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void aTableEscapesBars() {
    assertThat(Markdown.table(List.of("a", "b"), List.of(List.of("x|y", ""))))
        .isEqualTo("| a | b |\n|---|---|\n| x\\|y |  |\n");
  }

  @Test
  void onlyBlocksWithAKnownNameAreFilled() {
    String text =
        """
        a <!-- generated:one -->
        old
        <!-- end --> b <!-- generated:two -->
        kept
        <!-- end -->\
        """;

    assertThat(Markdown.fill(text, Map.of("one", "new $1\n")))
        .isEqualTo(text.replace("old", "new $1"));
  }
}
