package io.gramian.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
  private static final List<String> HEADER = List.of("a", "b");

  @Test
  void fieldsMayHoldAnything() {
    List<List<String>> rows =
        List.of(List.of("", "a,b"), List.of("say \"x\"", "two\nlines"), List.of("plain", " "));

    String text = Csv.text(HEADER, rows);

    assertThat(text).startsWith("a,b\n,\"a,b\"\n").endsWith("plain, \n");
    assertThat(Csv.read("x.csv", text, HEADER))
        .extracting(NamedCsvRecord::getFields)
        .isEqualTo(rows);
  }

  @Test
  void otherFilesAreRefusedByName() {
    assertThatThrownBy(() -> Csv.read("x.csv", "a,c\n1,2\n", HEADER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x.csv: expected the columns a,b and rows below them, got a,c");
    assertThatThrownBy(() -> Csv.read("x.csv", "a,b\n", HEADER)).hasMessageContaining("x.csv");
    assertThatThrownBy(() -> Csv.read("x.csv", "", HEADER)).hasMessageContaining("x.csv");
    assertThatThrownBy(() -> Csv.read("x.csv", "a,b\n3\n", HEADER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x.csv");
    assertThatThrownBy(() -> Csv.read("x.csv", "a,b\n1,2\n3\n", HEADER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x.csv");
  }
}
