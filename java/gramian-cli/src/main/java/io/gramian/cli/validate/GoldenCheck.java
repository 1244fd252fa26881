package io.gramian.cli.validate;

import io.gramian.Accuracy;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.cli.cases.CaseIndex;
import io.gramian.cli.cases.OpInputs;
import io.gramian.cli.cases.OpRunner;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpzFormat;
import io.gramian.conformance.CheckResult;
import io.gramian.conformance.Deviation;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Checks the reference against golden data that is shipped with the application: inputs, outputs
 * and gradients in float64 from independent implementations.
 */
final class GoldenCheck {
  private static final String FOLDER = "golden/";
  private static final String OUTPUT = "out.";

  private final Device reference;
  private final Accuracy bounds;
  private final List<CaseIndex.Case> cases;

  /**
   * @param reference a device of the reference backend
   */
  GoldenCheck(Device reference) throws IOException {
    this.reference = reference;
    this.bounds = reference.accuracy(DType.F64);
    try (Reader in = new InputStreamReader(open(CaseIndex.FILE), StandardCharsets.UTF_8)) {
      this.cases = CaseIndex.read(CaseIndex.FILE, in);
    }
  }

  /**
   * Checks an op on all its golden cases.
   *
   * @param opName the name of the op
   * @return the errors; skipped where there are no cases
   */
  CheckResult check(String opName) throws IOException {
    CheckResult result = new CheckResult(opName, "golden", bounds);
    for (CaseIndex.Case one : cases) {
      if (one.opName().equals(opName)) {
        try {
          compare(one, result);
        } catch (GramianException e) {
          result.addFailure(one.name(), e.getMessage());
        }
        result.addCase();
      }
    }
    return result.cases() == 0 ? result.skip("no golden data") : result;
  }

  private void compare(CaseIndex.Case one, CheckResult result) throws IOException {
    Map<String, NpyArray> arrays = arrays(one);
    Op op = one.op();
    Map<String, NpyArray> computed =
        new OpRunner(reference, null, false).run(op, OpInputs.select(arrays));
    for (Map.Entry<String, NpyArray> entry : arrays.entrySet()) {
      if (entry.getKey().startsWith(OUTPUT)) {
        String name = entry.getKey().substring(OUTPUT.length());
        NpyArray values = computed.get(name);
        if (values == null) {
          result.addFailure(one.name(), "'" + name + "' was not computed");
        } else {
          result.add(
              one.name(),
              Deviation.of(
                  name, kind(name), values.toDoubles(), entry.getValue().toDoubles(), bounds));
        }
      }
    }
  }

  private static Signature.Kind kind(String output) {
    return output.startsWith("grad_") ? Signature.Kind.GRADIENT : Signature.Kind.RESULT;
  }

  /** Unpacks the arrays by way of a file: a zip archive within a jar cannot be read in place. */
  private static Map<String, NpyArray> arrays(CaseIndex.Case one) throws IOException {
    Path copy = Files.createTempFile("gramian-golden", ".npz");
    try (InputStream in = open(one.file())) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return NpzFormat.read(copy);
    } finally {
      Files.delete(copy);
    }
  }

  private static InputStream open(String file) {
    return Objects.requireNonNull(GoldenCheck.class.getResourceAsStream(FOLDER + file), file);
  }
}
