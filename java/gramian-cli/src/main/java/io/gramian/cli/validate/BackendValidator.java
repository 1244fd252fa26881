package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.UnsupportedOpException;
import io.gramian.op.Signature;
import java.util.List;
import java.util.Map;

/** Compares a backend with the reference on the same rounded inputs. */
public final class BackendValidator {
  private static final long SEED = 20250101;

  private final Device device;
  private final Device reference;

  /** What made the device unusable; null while it works. */
  private String lost;

  /**
   * A comparison of two devices.
   *
   * @param device what is validated
   * @param reference a device of the reference backend
   */
  public BackendValidator(Device device, Device reference) {
    this.device = device;
    this.reference = reference;
  }

  /**
   * Checks an op with inputs of one element type.
   *
   * @param op its name, one of {@link CaseTable#ops}
   * @param dtype f32, bf16 or f16
   * @return the errors; skipped where the backend lacks the op or the type, or an earlier check has
   *     lost the device
   */
  public CheckResult check(String op, DType dtype) {
    Bounds bounds = Bounds.of(device.backend(), dtype);
    CheckResult result = new CheckResult(op, dtype.toString(), bounds);
    List<ValidationCase> cases = CaseTable.family(op).cases(new CaseRandom(SEED));
    if (!device.supportedOps().contains(cases.getFirst().op().getClass())) {
      return result.skip("not on " + device.backend());
    }
    if (lost != null) {
      return result.skip("the device is lost: " + lost);
    }
    for (ValidationCase one : cases) {
      try {
        compare(one, dtype, result);
        result.addCase();
      } catch (UnsupportedOpException e) {
        result.addUnsupported(e.getMessage());
      } catch (CudaException e) {
        // A failed kernel leaves the context unusable: what follows would fail whatever it is.
        lost = e.getMessage();
        result.addCase();
        result.addFailure(one.label(), lost);
        return result;
      } catch (GramianException | CaseRunner.NotRepeatableException e) {
        result.addCase();
        result.addFailure(one.label(), e.getMessage());
      }
    }
    return result;
  }

  private void compare(ValidationCase one, DType dtype, CheckResult result) {
    Bindings inputs = CaseRunner.rounded(one, dtype, DType.F32);
    Signature signature = one.op().signature(inputs.specs());
    try (CaseRunner tested = new CaseRunner(device, dtype, DType.F32);
        CaseRunner right = new CaseRunner(reference, DType.F64, DType.F64)) {
      Map<String, double[]> computed = tested.run(one, inputs);
      Map<String, double[]> expected = right.run(one, inputs);
      computed.forEach(
          (name, values) ->
              result.addError(
                  one.label(),
                  name,
                  signature.find(name).kind(),
                  Errors.relative(values, expected.get(name))));
    }
  }
}
