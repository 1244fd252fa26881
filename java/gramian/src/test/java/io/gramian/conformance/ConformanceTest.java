package io.gramian.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Gram;
import io.gramian.op.Matching;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Similarity;
import io.gramian.op.Volume;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference with faults put into its results: each kind of fault is found. */
class ConformanceTest {
  private static final Device REFERENCE = Device.open("reference");

  static List<Op> ops() {
    return Ops.all();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void aSoundDevicePassesEveryOp(Op op) {
    CheckResult result = new Conformance(REFERENCE, REFERENCE).check(op, DType.F64);
    assertThat(result.failures()).isEmpty();
    assertThat(result.cases()).isGreaterThan(2);
  }

  /** So that a gradient that no case asks for does not stay unchecked. */
  @ParameterizedTest
  @MethodSource("ops")
  void everyOutputAndEveryInputIsInSomeCase(Op op) {
    List<Case> cases = Cases.of(op);
    for (Case one : cases) {
      one.signature()
          .arguments(true)
          .forEach(
              input ->
                  assertThat(cases)
                      .as("%s of %s", input.name(), op.name())
                      .anyMatch(other -> other.inputs().has(input.name())));
    }
    assertThat(cases).anyMatch(Case::strided);
  }

  @Test
  void aSmallErrorOfAGradientIsFound() {
    CheckResult result = check(new Volume(), scale("grad_vectors", 1 + 1e-4), DType.F64);
    assertThat(result.failures()).isNotEmpty().allMatch(line -> line.contains("'grad_vectors'"));
    assertThat(result.gradients()).isGreaterThan(5e-5);
    assertThat(result.scores()).isLessThan(1e-10);
  }

  @Test
  void anUnwrittenOutputIsFound() {
    Matching op = new Matching();
    CheckResult result = check(op, scale("grad_logits", Double.NaN), DType.F64);
    int lossAlone = InputClass.NON_FINITE.cases(op, DType.F64).size();
    assertThat(result.gradients()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(result.failures()).hasSize(result.cases() - lossAlone);
  }

  @Test
  void resultsThatDifferFromRunToRunAreFound() {
    AtomicInteger runs = new AtomicInteger();
    CheckResult result =
        check(
            new Matching(),
            out -> scale("loss", 1 + 1e-12 * runs.incrementAndGet()).accept(out),
            DType.F64);
    assertThat(result.failures()).isNotEmpty().allMatch(line -> line.contains("run to run"));
  }

  @Test
  void indicesMustBeEqual() {
    CheckResult result =
        check(
            new SampleNegatives(Similarity.volume(), 1),
            out -> out.get("indices").copyFrom(new int[out.get("indices").toInts().length]),
            DType.F64);
    assertThat(result.failures()).isNotEmpty();
  }

  @Test
  void aWriteBetweenRowsIsFound() {
    Case strided = Cases.of(new Gram()).stream().filter(Case::strided).findFirst().orElseThrow();
    CaseRunner runner = faulty(out -> overrun(out.get("grad_vectors")));
    assertThatThrownBy(() -> runner.run(strided, Execution.exact()))
        .isInstanceOf(CaseFailure.class)
        .hasMessageContaining("'grad_vectors' is written between its rows");
  }

  @Test
  void gradientsThatOverwriteWhatTheyAreAddedToAreFound() {
    Case one = Cases.of(new Gram()).getFirst();
    Execution sum = Execution.exact().onTopOf(2);
    Conformance sound = new Conformance(REFERENCE, REFERENCE);
    assertThat(sound.compare(one, sum)).allMatch(Deviation::isWithin);
    CaseRunner runner = faulty(out -> shift(out.get("grad_vectors"), -2));
    assertThat(new Conformance(REFERENCE, runner, REFERENCE).compare(one, sum))
        .anyMatch(d -> d.output().equals("grad_vectors") && !d.isWithin());
  }

  @Test
  void onlyTheOutputsAskedForAreComputed() {
    Case one = Cases.of(new Volume()).getFirst();
    assertThat(new CaseRunner(REFERENCE).run(one, Execution.exact().only(Set.of("volume"))))
        .containsOnlyKeys("volume");
  }

  @Test
  void errorsAreRelativeToTheWholeArray() {
    assertThat(Deviation.relative(new double[] {3, 4.5}, new double[] {3, 4})).isEqualTo(0.1);
    assertThat(Deviation.relative(new double[] {0, 1e-3}, new double[] {0, 0}))
        .isEqualTo(Math.sqrt(1e-6 / 2));
    assertThat(Deviation.relative(new double[] {Double.NaN}, new double[] {Double.NaN})).isZero();
    assertThat(Deviation.relative(new double[] {1}, new double[] {Double.NaN})).isInfinite();
  }

  private static CheckResult check(Op op, Consumer<Bindings> fault, DType dtype) {
    return new Conformance(REFERENCE, faulty(fault), REFERENCE).check(op, dtype);
  }

  /** Runs on the reference and then spoils the outputs. */
  private static CaseRunner faulty(Consumer<Bindings> fault) {
    return new CaseRunner(
        REFERENCE,
        (op, inputs, outputs, options) -> {
          Plan plan = op.plan(REFERENCE, inputs, outputs, options);
          return new CaseRunner.Planned() {
            @Override
            public void run(Bindings in, Bindings out) {
              plan.run(in, out);
              fault.accept(out);
            }

            @Override
            public void close() {
              plan.close();
            }
          };
        });
  }

  private static Consumer<Bindings> scale(String name, double factor) {
    return out -> {
      Tensor tensor = out.find(name);
      if (tensor != null) {
        double[] values = tensor.toDoubles();
        Arrays.setAll(values, i -> values[i] * factor);
        tensor.copyFrom(values);
      }
    };
  }

  private static void shift(Tensor tensor, double by) {
    double[] values = tensor.toDoubles();
    Arrays.setAll(values, i -> values[i] + by);
    tensor.copyFrom(values);
  }

  /** Writes one element too many into the memory of a strided tensor. */
  private static void overrun(Tensor tensor) {
    TensorSpec spec = tensor.spec();
    long width = spec.size(spec.rank() - 1);
    TensorSpec one = TensorSpec.of(spec.dtype(), 1);
    try (Tensor beyond = REFERENCE.wrap(tensor.address() + width * spec.dtype().bytes(), one)) {
      beyond.copyFrom(new double[] {1});
    }
  }
}
