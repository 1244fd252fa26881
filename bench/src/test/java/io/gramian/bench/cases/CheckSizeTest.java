package io.gramian.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckSizeTest {
  @ParameterizedTest
  @CsvSource({
    "contrastive, 4, 1024, SMALL, 48",
    "contrastive, 4, 20, SMALL, 20",
    "contrastive, 4, 1024, MEASURED, 1024",
    "volume, 4, 65536, MEASURED, 4096",
    "nway, 3, 512, SMALL, 7",
    "nway, 3, 512, MEASURED, 101",
    "nway, 2, 512, MEASURED, 512",
  })
  void isTheCaseAsFarAsTheReferenceGets(
      String op, int modalities, int batch, CheckSize size, int expected) {
    CaseShape shape = new CaseShape(op, "", CaseShape.BOTH, batch, modalities, 64);

    assertThat(size.batch(shape)).isEqualTo(expected);
  }
}
