package io.gramian.conformance;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.UnsupportedOpException;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares a device with the reference on the same rounded inputs. */
public final class Conformance {
  private final Device device;
  private final CaseRunner tested;
  private final CaseRunner reference;

  /** What made the device unusable; null while it works. */
  private String lost;

  /**
   * A comparison of two devices.
   *
   * @param device what is checked
   * @param reference a device of the reference backend
   */
  public Conformance(Device device, Device reference) {
    this(device, new CaseRunner(device), reference);
  }

  /**
   * A comparison of what runs on a device in a way of its own.
   *
   * @param device where it runs
   * @param tested what is checked
   * @param reference a device of the reference backend
   */
  public Conformance(Device device, CaseRunner tested, Device reference) {
    this.device = device;
    this.tested = tested;
    this.reference = new CaseRunner(reference);
  }

  /**
   * Checks an op on all its cases, and on those of every {@link InputClass}.
   *
   * @param op with any parameters
   * @param dtype of data inputs: f32, bf16 or f16
   * @return the errors; skipped where the device lacks the op or the type, or an earlier check has
   *     lost the device
   */
  public CheckResult check(Op op, DType dtype) {
    CheckResult result = new CheckResult(op.name(), dtype.toString(), device.accuracy(dtype));
    if (!device.supportedOps().contains(op.getClass())) {
      return result.skip("not on " + device.backend());
    }
    if (lost != null) {
      return result.skip("the device is lost: " + lost);
    }
    Execution how = Execution.of(dtype, device.resultType());
    Cases.of(op).forEach(one -> check(one, how, result));
    for (InputClass inputs : InputClass.values()) {
      Execution compared = how.only(inputs.outputs());
      inputs.cases(op, dtype).forEach(one -> check(one, compared, result));
    }
    return result;
  }

  private void check(Case one, Execution how, CheckResult result) {
    if (lost != null) {
      return;
    }
    try {
      compare(one, how).forEach(d -> result.add(one.label(), d));
      result.addCase();
    } catch (UnsupportedOpException e) {
      result.addUnsupported(e.getMessage());
    } catch (CudaException e) {
      // A failed kernel leaves the context unusable: what follows would fail whatever it is.
      lost = e.getMessage();
      result.addCase();
      result.addFailure(one.label(), lost);
    } catch (GramianException | CaseFailure e) {
      result.addCase();
      result.addFailure(one.label(), e.getMessage());
    }
  }

  /**
   * Runs a case on both.
   *
   * @param how it is run on the device that is checked
   * @return how far each output is from the reference
   * @throws CaseFailure if a run breaks another promise
   */
  public List<Deviation> compare(Case one, Execution how) {
    Bindings inputs = CaseRunner.rounded(one, how);
    Case same = one.with(inputs);
    Signature signature = one.signature();
    Accuracy bounds = device.accuracy(how.data());
    Map<String, double[]> computed = tested.run(same, how);
    Map<String, double[]> expected = reference.run(same, Execution.exact().only(computed.keySet()));
    List<Deviation> deviations = new ArrayList<>();
    for (Map.Entry<String, double[]> output : computed.entrySet()) {
      Signature.Kind kind = signature.find(output.getKey()).kind();
      deviations.add(Deviation.of(output, kind, expected.get(output.getKey()), bounds, how));
    }
    return deviations;
  }

  /**
   * Runs a case in all ways: its outputs together and each alone, overwritten and added to what
   * gradients hold.
   *
   * @param how it is run, with the outputs to look at
   * @param summed element type of gradients that are added to
   * @return what is not as it should be, a line each
   * @throws CaseFailure if a run breaks another promise
   */
  public List<String> failures(Case one, Execution how, DType summed) {
    List<String> failures = new ArrayList<>();
    collect("", compare(one, how), failures);
    collect("added to 1: ", compare(one, how.gradients(summed).onTopOf(1)), failures);
    Set<String> names =
        how.outputs().isEmpty()
            ? Set.copyOf(one.signature().computable(one.inputs().specs()))
            : how.outputs();
    for (String name : names) {
      collect("alone: ", compare(one, how.only(Set.of(name))), failures);
    }
    return failures;
  }

  private static void collect(String way, List<Deviation> deviations, List<String> failures) {
    deviations.stream().filter(d -> !d.isWithin()).forEach(d -> failures.add(way + d));
  }
}
