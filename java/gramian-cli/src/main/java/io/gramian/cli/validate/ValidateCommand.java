package io.gramian.cli.validate;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cli.BackendOption;
import io.gramian.cli.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gramian validate}: every op of a backend against the reference. */
@Command(
    name = "validate",
    description = {
      "Compares every op of a backend with the float64 reference over shapes, strides, element"
          + " types and degenerate inputs, forward and backward.",
      "The reference itself is held against golden data and finite differences."
    },
    mixinStandardHelpOptions = true)
public final class ValidateCommand implements Callable<Integer> {
  private static final String REFERENCE = "reference";
  private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);

  @Option(
      names = "--op",
      paramLabel = "OP",
      split = ",",
      description = "Only these ops; may be repeated.")
  private List<String> ops = List.of();

  @Mixin private BackendOption backend;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public ValidateCommand() {}

  @Override
  public Integer call() throws IOException {
    for (String op : ops) {
      if (CaseTable.family(op) == null) {
        throw new UserException("unknown op '" + op + "'; expected one of " + CaseTable.ops());
      }
    }
    Collection<String> chosen = ops.isEmpty() ? CaseTable.ops() : ops;
    PrintWriter out = spec.commandLine().getOut();
    try (Device device = backend.open();
        Device reference = Device.open(REFERENCE)) {
      out.println("on " + device);
      ValidationTable table = new ValidationTable(out);
      table.header();
      List<CheckResult> results = new ArrayList<>();
      BackendValidator validator = new BackendValidator(device, reference);
      for (String op : chosen) {
        List<CheckResult> checked =
            device.backend().equals(REFERENCE)
                ? checkReference(op, reference)
                : TYPES.stream().map(type -> validator.check(op, type)).toList();
        for (CheckResult result : checked) {
          table.row(result);
          results.add(result);
        }
      }
      return summary(out, results);
    }
  }

  private static List<CheckResult> checkReference(String op, Device reference) throws IOException {
    return List.of(
        new GoldenCheck(reference).check(op),
        new FiniteDifferences(reference).check(op),
        new DegenerateCheck(reference).check(op));
  }

  static int summary(PrintWriter out, List<CheckResult> results) {
    long failed = results.stream().filter(r -> !r.failures().isEmpty()).count();
    long skipped =
        results.stream().filter(r -> r.failures().isEmpty() && r.skipped() != null).count();
    long passed = results.size() - failed - skipped;
    out.printf("%d checks passed, %d failed, %d skipped%n", passed, failed, skipped);
    return failed == 0 ? 0 : 1;
  }
}
