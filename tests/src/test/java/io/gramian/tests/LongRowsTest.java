package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.Case;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.Deviation;
import io.gramian.conformance.Execution;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Long rows of f32 on tensor cores, which truncate long sums: where losses are next to zero, or all
 * rows nearly parallel, there are few other digits.
 */
final class LongRowsTest {
  private static final int BATCH = 24;
  private static final int[] LENGTHS = {1000, 4096};

  /** Rows of a cone differ from its axis by this part of their length. */
  private static final double APERTURE = 0.1;

  /** Whose gradients are small differences here, of which fewer digits are left at any length. */
  private static final Set<Similarity> OF_DIFFERENCES =
      Set.of(Similarity.volume(), Similarity.jgcsSquared(), Similarity.mip());

  private static Device device;
  private static Device reference;
  private static Conformance conformance;

  @BeforeAll
  static void open() {
    assumeThat(Backends.available()).as("the emulated device").contains("emulated");
    device = Device.open("emulated");
    reference = Device.open("reference");
    conformance = new Conformance(device, reference);
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
      reference.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> lossesNextToZero() {
    return overAll(
        (similarity, d) -> {
          RandomTensors random = new RandomTensors(3);
          Aligned aligned = Aligned.tuples(random, similarity, members(similarity), BATCH, d);
          Contrastive op = new Contrastive(similarity).temperature(aligned.temperature());
          check(op.labelSmoothing(0), aligned.inputs());
        });
  }

  @TestFactory
  Stream<DynamicTest> cones() {
    return overAll((similarity, d) -> check(new Contrastive(similarity), cone(similarity, d)));
  }

  private static Stream<DynamicTest> overAll(BiConsumer<Similarity, Integer> test) {
    return Similarity.all().stream()
        .flatMap(
            similarity ->
                Arrays.stream(LENGTHS)
                    .mapToObj(
                        d ->
                            DynamicTest.dynamicTest(
                                similarity.label() + ", d = " + d,
                                () -> test.accept(similarity, d))));
  }

  private static int members(Similarity similarity) {
    return similarity.equals(Similarity.cosine()) ? 1 : 2;
  }

  private static void check(Contrastive op, Bindings inputs) {
    Case one = Case.of(op, new RandomTensors(4)).tensors(inputs).build("");
    Set<String> names =
        OF_DIFFERENCES.contains(op.similarity())
            ? Set.of("loss")
            : Set.of("loss", "grad_anchor", "grad_modality1");
    assertThat(conformance.compare(one, Execution.of(DType.F32, DType.F32).only(names)))
        .allMatch(Deviation::isWithin);
  }

  private static Bindings cone(Similarity similarity, int d) {
    RandomTensors random = new RandomTensors(5);
    double[] axis = random.normal(d).toDoubles();
    double[] rows = new double[BATCH * d];
    Arrays.setAll(rows, i -> axis[i % d]);
    Tensor parallel = Tensor.of(rows, BATCH, d);
    Bindings inputs = Bindings.of("anchor", random.around(parallel, APERTURE));
    for (int l = 1; l <= members(similarity); l++) {
      inputs = inputs.with("modality" + l, random.around(parallel, APERTURE));
    }
    return inputs;
  }
}
