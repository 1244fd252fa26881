package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.CaseRunner;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.Deviation;
import io.gramian.conformance.Execution;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Contrastive;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link PlanOptions#strict} buys on tensor cores for the products that it costs. */
final class StrictTest {
  private static final int BATCH = 24;
  private static final int[] LENGTHS = {128, 1000};
  private static final int TIMES_BETTER = 5;

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void gradientsOfRowsAreSeveralTimesBetter(DType type) {
    assumeThat(Backends.available()).as("the emulated device").contains("emulated");
    try (Device device = Device.open("emulated");
        Device reference = Device.open("reference")) {
      Conformance usual = new Conformance(device, reference);
      CaseRunner runner =
          new CaseRunner(device, (op, in, out, o) -> strict(device, op, in, out, o));
      Conformance strict = new Conformance(device, runner, reference);
      Set<String> rows = Set.of("grad_anchor", "grad_modality1");
      Execution how = Execution.of(type, DType.F32).only(rows);
      for (int d : LENGTHS) {
        for (Similarity similarity :
            List.of(Similarity.cosine(), Similarity.volume(), Similarity.mip())) {
          Case one = random(similarity, d);
          List<Deviation> errors = usual.compare(one, how);
          List<Deviation> better = strict.compare(one, how);
          for (int i = 0; i < errors.size(); i++) {
            assertThat(better.get(i).error())
                .as("%s, d = %d, beside %s", similarity.label(), d, errors.get(i))
                .isLessThan(errors.get(i).error() / TIMES_BETTER);
          }
        }
      }
    }
  }

  private static Case random(Similarity similarity, int d) {
    CaseBuilder rows =
        Case.of(new Contrastive(similarity), new RandomTensors(6)).data("anchor", BATCH, d);
    for (int l = 1; l <= (similarity.equals(Similarity.cosine()) ? 1 : 2); l++) {
      rows = rows.data("modality" + l, BATCH, d);
    }
    return rows.build("");
  }

  private static CaseRunner.Planned strict(
      Device device, Op op, Specs inputs, Specs outputs, PlanOptions options) {
    Plan plan = op.plan(device, inputs, outputs, options.strict(true));
    return new CaseRunner.Planned() {
      @Override
      public void run(Bindings in, Bindings out) {
        plan.run(in, out);
      }

      @Override
      public void close() {
        plan.close();
      }
    };
  }
}
