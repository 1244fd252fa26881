package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.conformance.CheckResult;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.FiniteCheck;
import io.gramian.conformance.FiniteDifferences;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every op on every backend of this machine against the reference, over shapes, element types,
 * strides and degenerate inputs, forward and backward; and the reference against differences of its
 * own results. These are the checks of {@code gramian validate}.
 */
final class ConformanceTest {
  private static final List<Device> OPENED = new ArrayList<>();

  @AfterAll
  static void close() {
    OPENED.forEach(Device::close);
  }

  @TestFactory
  Stream<DynamicNode> everyErrorIsWithinItsBound() {
    return Backends.available().stream()
        .map(
            backend -> {
              Device device = open(backend);
              return dynamicContainer(
                  backend,
                  device.resultType() == DType.F64 ? ofReference(device) : ofBackend(device));
            });
  }

  private static Device open(String backend) {
    Device device = Device.open(backend);
    OPENED.add(device);
    return device;
  }

  private static Stream<DynamicTest> ofReference(Device device) {
    return Ops.all().stream()
        .flatMap(
            op ->
                Stream.of(
                    check(op, "differences", () -> new FiniteDifferences(device).check(op)),
                    check(op, "degenerate", () -> new FiniteCheck(device).check(op))));
  }

  private static Stream<DynamicTest> ofBackend(Device device) {
    Conformance conformance = new Conformance(device, open("reference"));
    return Ops.all().stream()
        .flatMap(
            op ->
                Stream.of(DType.F32, DType.BF16, DType.F16)
                    .map(type -> check(op, type.toString(), () -> conformance.check(op, type))));
  }

  private static DynamicTest check(Op op, String what, Supplier<CheckResult> check) {
    return dynamicTest(
        op.name() + " " + what,
        () -> {
          CheckResult result = check.get();
          assertThat(result.failures()).isEmpty();
          assumeThat(result.skipped()).isNull();
        });
  }
}
