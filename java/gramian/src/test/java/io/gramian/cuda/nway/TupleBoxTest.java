package io.gramian.cuda.nway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TupleBoxTest {
  @Test
  void whatFitsIsOneBox() {
    assertBoxes(TupleBox.cut(new int[] {3, 4, 5}, 60), "[0, 0, 0] [3, 4, 5]");
  }

  @Test
  void theFirstAxisIsCutFirstAndTheLastNever() {
    assertBoxes(
        TupleBox.cut(new int[] {3, 4, 5}, 45), "[0, 0, 0] [2, 4, 5]", "[2, 0, 0] [1, 4, 5]");
    assertBoxes(
        TupleBox.cut(new int[] {2, 3, 5}, 11),
        "[0, 0, 0] [1, 2, 5]",
        "[0, 2, 0] [1, 1, 5]",
        "[1, 0, 0] [1, 2, 5]",
        "[1, 2, 0] [1, 1, 5]");
    assertThat(TupleBox.cut(new int[] {2, 3, 5}, 1)).hasSize(6);
  }

  private static void assertBoxes(List<TupleBox> boxes, String... expected) {
    assertThat(boxes)
        .extracting(
            box ->
                java.util.Arrays.toString(box.first())
                    + " "
                    + java.util.Arrays.toString(box.count()))
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({"2, 1000", "3, 77", "4, 19", "5, 9"})
  void boxesHoldEveryIndexTupleOnce(int modalities, int rows) {
    int[] counts = new int[modalities];
    java.util.Arrays.setAll(counts, p -> rows - p);
    long most = 1500;
    List<TupleBox> boxes = TupleBox.cut(counts, most);
    assertThat(boxes.stream().mapToLong(TupleBox::tuples).sum())
        .isEqualTo(TupleBox.all(counts).tuples());
    assertThat(boxes).allSatisfy(box -> assertThat(box.tuples()).isLessThanOrEqualTo(most));
    assertThat(boxes.stream().map(box -> java.util.Arrays.toString(box.first())))
        .doesNotHaveDuplicates();
  }

  @Test
  void stridesAreThoseOfAPackedTensor() {
    assertThat(TupleBox.all(new int[] {3, 4, 5}).strides()).containsExactly(20, 5, 1);
    assertThat(TupleBox.all(new int[] {3, 4, 5}).tuplesWithout(1)).isEqualTo(15);
  }
}
