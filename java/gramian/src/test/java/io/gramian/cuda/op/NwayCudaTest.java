package io.gramian.cuda.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.op.Nway;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tensor of scores of all index tuples on the emulated device. */
final class NwayCudaTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Emulated.open();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  /** Every similarity with the numbers of modalities that it takes. */
  static Stream<Arguments> similarities() {
    Stream<Arguments> any =
        Stream.of(
                Similarity.volume(), Similarity.jgcs(), Similarity.jgcsSquared(), Similarity.mip())
            .flatMap(
                similarity -> Stream.of(2, 3, 4, 5).map(count -> Arguments.of(similarity, count)));
    return Stream.concat(
        any, Stream.of(Arguments.of(Similarity.cosine(), 2), Arguments.of(Similarity.area(), 3)));
  }

  @ParameterizedTest
  @MethodSource("similarities")
  void tensorsEqualReference(Similarity similarity, int count) {
    for (boolean normalize : new boolean[] {true, false}) {
      OpCase c = new OpCase(new Nway(similarity, normalize), device, DType.F32);
      for (int p = 1; p <= count; p++) {
        c.data("modality" + p, p + 1, 12);
      }
      c.upstream("tensor", DType.F32).check();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void tensorsOfOtherTypesEqualReference(DType dtype) {
    for (Similarity similarity : List.of(Similarity.volume(), Similarity.mip())) {
      OpCase c = new OpCase(new Nway(similarity), device, dtype);
      c.data("modality1", 4, 33).data("modality2", 7, 33).data("modality3", 5, 33);
      c.upstream("tensor", dtype).check();
    }
  }

  /** More rows than a tile, a block or a cell has, of each modality in turn. */
  @ParameterizedTest
  @MethodSource("similarities")
  void longAxesEqualReference(Similarity similarity, int count) {
    int[][] shapes =
        switch (count) {
          case 2 -> new int[][] {{137, 9}, {19, 523}};
          case 3 -> new int[][] {{70, 3, 6}, {3, 70, 10}, {9, 18, 140}};
          case 4 -> new int[][] {{9, 5, 6, 7}, {2, 3, 5, 67}};
          default -> new int[][] {{3, 4, 3, 5, 3}, {2, 2, 2, 3, 35}};
        };
    for (int[] rows : shapes) {
      OpCase c = new OpCase(new Nway(similarity), device, DType.F32);
      for (int p = 1; p <= count; p++) {
        c.data("modality" + p, rows[p - 1], 9);
      }
      c.upstream("tensor", DType.F32);
      c.check(c.outputs(), DType.F32, false);
    }
  }

  /** Rows that share so much of a direction that float inner products are not enough. */
  @ParameterizedTest
  @MethodSource("similarities")
  void nearlyParallelRowsKeepTheirDigits(Similarity similarity, int count) {
    for (double angle : new double[] {0.1, 0.01, 0.003}) {
      OpCase c = new OpCase(new Nway(similarity), device, DType.F32);
      double[] common = {};
      for (int p = 1; p <= count; p++) {
        c.data("modality" + p, 4, 24);
        double[] rows = c.valuesOf("modality" + p);
        common = p == 1 ? Arrays.copyOf(rows, 24) : common;
        for (int i = 0; i < rows.length; i++) {
          rows[i] = common[i % 24] + angle * rows[i];
        }
        c.values("modality" + p, rows, 4, 24);
      }
      c.upstream("tensor", DType.F32);
      c.check(c.outputs(), DType.F32, false);
    }
  }

  @Test
  void zeroEqualAndTooManyRowsGiveTheAnswersOfTheReference() {
    for (Similarity similarity :
        List.of(
            Similarity.volume(),
            Similarity.jgcs(),
            Similarity.jgcsSquared(),
            Similarity.area(),
            Similarity.mip())) {
      for (boolean normalize : new boolean[] {true, false}) {
        OpCase c = new OpCase(new Nway(similarity, normalize), device, DType.F32);
        c.modalities(3, 3, 12).upstream("tensor", DType.F32);
        double[] rows = c.valuesOf("modality1");
        Arrays.fill(rows, 12, 24, 0);
        c.values("modality1", rows, 3, 12).values("modality2", rows, 3, 12);
        c.values("modality3", rows, 3, 12).check();

        for (String modality : List.of("modality1", "modality2", "modality3")) {
          OpCase some = new OpCase(new Nway(similarity, normalize), device, DType.F32);
          some.modalities(3, 3, 12).upstream("tensor", DType.F32);
          double[] zero = some.valuesOf(modality);
          Arrays.fill(zero, 0, 12, 0);
          some.values(modality, zero, 3, 12).check(some.outputs(), DType.F32, false);
        }
      }
    }
    OpCase c = new OpCase(new Nway(Similarity.volume()), device, DType.F32);
    c.modalities(3, 4, 2).upstream("tensor", DType.F32).check();
    Map<String, double[]> out = c.run(c.outputs());
    out.forEach(
        (name, values) ->
            assertThat(Arrays.stream(values).map(Math::abs)).as(name).containsOnly(0.0));
  }

  @Test
  void noRowsGiveAnEmptyTensorAndNoGradient() {
    for (Similarity similarity : List.of(Similarity.volume(), Similarity.mip())) {
      OpCase c = new OpCase(new Nway(similarity), device, DType.F32);
      c.data("modality1", 3, 4).data("modality2", 0, 4).data("modality3", 2, 4);
      c.upstream("tensor", DType.F32);
      Map<String, double[]> out = c.run(c.outputs());
      assertThat(out.get("tensor")).isEmpty();
      assertThat(out.get("grad_modality1")).hasSize(12).containsOnly(0);
      assertThat(out.get("grad_modality2")).isEmpty();
    }
  }

  @Test
  void scoresOfRowsThatAreNotFiniteAreNaN() {
    for (Similarity similarity :
        List.of(Similarity.volume(), Similarity.jgcs(), Similarity.area(), Similarity.mip())) {
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        for (int modality = 1; modality <= 3; modality++) {
          OpCase c = new OpCase(new Nway(similarity, false), device, DType.F32);
          c.modalities(2, 3, 8);
          double[] rows = c.valuesOf("modality" + modality);
          rows[3] = bad;
          c.values("modality" + modality, rows, 2, 8);
          double[] tensor = c.run(Set.of("tensor")).get("tensor");
          int stride = 4 >> (modality - 1);
          for (int t = 0; t < 8; t++) {
            assertThat(Double.isNaN(tensor[t]))
                .as("%s, %d", similarity, t)
                .isEqualTo(t / stride % 2 == 0);
          }
        }
      }
    }
  }

  @Test
  void tensorsOfOtherTypesAreRefused() {
    try (Tensor rows = device.allocate(TensorSpec.of(DType.F32, 2, 4));
        Tensor doubles = device.allocate(TensorSpec.of(DType.F64, 2, 2))) {
      Bindings in = Bindings.of("modality1", rows).with("modality2", rows);
      assertThatThrownBy(
              () -> new Nway(Similarity.cosine()).plan(device, in, Bindings.of("tensor", doubles)))
          .isInstanceOf(UnsupportedOpException.class)
          .hasMessageContaining("'tensor' as f32, got f64");
    }
  }
}
