package io.gramian.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.Signature;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases are fit to judge by: where the data changes by what float32 cannot hold, results change by
 * less than a quarter of the tightest bounds. A single number whose terms cancel is none to judge a
 * backend by.
 */
class ConditionTest {
  private static final Device REFERENCE = Device.open("reference");

  private static final double HALF_ULP = 0x1p-24;
  private static final int TRIALS = 3;

  static List<Op> ops() {
    return Ops.all();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void roundingOfTheDataChangesNoResultMuch(Op op) {
    Accuracy tightest;
    try (Device cpu = Device.open("cpu")) {
      tightest = cpu.accuracy(DType.F32);
    }
    CaseRunner runner = new CaseRunner(REFERENCE);
    Random random = new Random(1);
    for (Case one : Cases.of(op)) {
      if (!one.smooth()) {
        continue;
      }
      Case exact = one.with(CaseRunner.rounded(one, Execution.of(DType.F32, DType.F32)));
      Map<String, double[]> results = runner.run(exact, Execution.exact());
      for (int trial = 0; trial < TRIALS; trial++) {
        Map<String, double[]> moved = runner.run(moved(exact, random), Execution.exact());
        results.forEach(
            (name, values) -> {
              Deviation change =
                  Deviation.of(
                      name, one.signature().find(name).kind(), moved.get(name), values, tightest);
              assertThat(change.error())
                  .as("%s of %s", name, one)
                  .isLessThanOrEqualTo(change.bound() / 4);
            });
      }
    }
  }

  private static Case moved(Case one, Random random) {
    Signature signature = one.signature();
    Map<String, Tensor> moved = new LinkedHashMap<>(one.inputs().asMap());
    moved.replaceAll(
        (name, tensor) -> {
          if (signature.find(name).kind() != Signature.Kind.DATA) {
            return tensor;
          }
          double[] values = tensor.toDoubles();
          Arrays.setAll(values, i -> values[i] * (1 + HALF_ULP * random.nextDouble(-1, 1)));
          return Tensor.of(values, tensor.spec().shape());
        });
    return one.with(Bindings.of(moved));
  }
}
