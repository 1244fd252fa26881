package io.gramian.bench.gpu;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.cases.Agreement;
import io.gramian.bench.cases.CheckSize;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A case of a shape on the device and on the float64 reference, on the same rounded inputs.
 *
 * @param inputs of both, on the host
 * @param expected results of the reference
 * @param agreement of the device with it
 */
record GpuCheck(Bindings inputs, Map<String, double[]> expected, Agreement agreement) {
  /**
   * Compares.
   *
   * @throws DisagreementException if the device is further off than its element type allows
   */
  static GpuCheck of(Device device, GpuShape shape, CheckSize size) {
    GpuShape checked = shape.resized(size.batch(shape.shape()));
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      OpCase one = OpCases.of(checked.shape(), arena);
      Bindings inputs;
      Map<String, double[]> actual;
      try (GpuCase own = new GpuCase(device, one, shape.dtype(), 1)) {
        own.run(device.defaultStream(), 0);
        device.defaultStream().synchronize();
        inputs = own.roundedInputs();
        actual = own.results();
      }
      Map<String, double[]> expected = new LinkedHashMap<>();
      one.op()
          .evaluate(reference, inputs, one.outputs())
          .asMap()
          .forEach((name, tensor) -> expected.put(name, tensor.toDoubles()));
      Agreement agreement = Agreement.of(actual, expected);
      Agreement bound = bound(shape.dtype());
      if (!agreement.within(bound)) {
        throw new DisagreementException(
            device.backend(), "the reference", checked.title(), agreement, bound);
      }
      return new GpuCheck(inputs, expected, agreement);
    }
  }

  /** What the backend promises. */
  static Agreement bound(DType dtype) {
    return dtype == DType.F32 ? new Agreement(1e-5, 1e-4) : new Agreement(1e-4, 5e-3);
  }
}
