package io.gramian.cpu.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.CaseRunner;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.Execution;
import io.gramian.conformance.RandomTensors;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Inputs for an op, and the results of this backend held against those of the reference. */
final class AgainstReference {
  private static final Device REFERENCE = Device.open("reference");

  /** Results must be the same to the bit on the first two. */
  private static final List<CpuDevice> DEVICES =
      List.of(
          new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 1),
          new CpuDevice(CpuOps.TABLE, VectorUnit.best(), 3),
          new CpuDevice(CpuOps.TABLE, VectorUnit.none(), 2));

  private final CaseBuilder builder;
  private final Execution how;

  AgainstReference(Op op, DType dtype) {
    this.builder = Case.of(op, new RandomTensors(5)).strided();
    this.how = Execution.of(dtype, DType.F32);
  }

  /** Adds a data input of normally distributed numbers. */
  AgainstReference data(String name, long... shape) {
    builder.data(name, shape);
    return this;
  }

  /** Adds {@code anchor} [b1,d] and n modalities [b2,d]. */
  AgainstReference pairs(int b1, int b2, int n, int d) {
    builder.pairs(b1, b2, n, d);
    return this;
  }

  /** Adds {@code modality1..n} [b,d]. */
  AgainstReference modalities(int b, int n, int d) {
    builder.modalities(b, n, d);
    return this;
  }

  AgainstReference values(String name, double[] values, long... shape) {
    builder.values(name, values, shape);
    return this;
  }

  AgainstReference tensors(Bindings tensors) {
    builder.tensors(tensors);
    return this;
  }

  AgainstReference scalar(String name, double value) {
    builder.scalar(name, value);
    return this;
  }

  AgainstReference ints(String name, int[] values, long... shape) {
    builder.tensor(name, Tensor.of(values, shape));
    return this;
  }

  /** Adds a random upstream gradient of each result that takes one. */
  AgainstReference upstream() {
    builder.upstream();
    return this;
  }

  /** The inputs as this backend sees them, packed. */
  Bindings bindings() {
    Case one = builder.build("");
    Signature signature = one.signature();
    Map<String, Tensor> typed = new LinkedHashMap<>();
    one.inputs()
        .asMap()
        .forEach(
            (name, host) -> {
              boolean isData = signature.find(name).kind() == Signature.Kind.DATA;
              typed.put(name, isData ? REFERENCE.upload(host, how.data()) : host);
            });
    return Bindings.of(typed);
  }

  /** Checks all outputs. */
  void check() {
    check(Set.of());
  }

  /**
   * Checks the named outputs: all at once and each alone, overwritten and accumulated, with gaps
   * between rows, and the same for any number of threads.
   */
  void check(Set<String> names) {
    Case one = builder.build("");
    Execution some = how.only(names);
    for (CpuDevice device : DEVICES) {
      assertThat(new Conformance(device, REFERENCE).failures(one, some, DType.F64))
          .as(device.name())
          .isEmpty();
    }
    Map<String, double[]> first = new CaseRunner(DEVICES.get(0)).run(one, some);
    new CaseRunner(DEVICES.get(1))
        .run(one, some)
        .forEach((name, values) -> assertThat(values).as(name).isEqualTo(first.get(name)));
  }
}
