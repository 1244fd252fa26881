package io.gramian.cli.validate;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.cli.BackendOption;
import io.gramian.conformance.CheckResult;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.FiniteCheck;
import io.gramian.conformance.FiniteDifferences;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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
          + " types and degenerate inputs, forward and backward: rows of far different lengths,"
          + " equal rows and entries that are not numbers among them.",
      "The reference itself is held against golden data and finite differences."
    },
    mixinStandardHelpOptions = true)
public final class ValidateCommand implements Callable<Integer> {
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
      if (!Ops.names().contains(op)) {
        throw ParameterException.unknown("op", op, Ops.names());
      }
    }
    List<Op> chosen =
        Ops.all().stream().filter(op -> ops.isEmpty() || ops.contains(op.name())).toList();
    PrintWriter out = spec.commandLine().getOut();
    try (Device device = backend.open();
        Device reference = Device.open("reference")) {
      out.println("on " + device);
      ValidationTable table = new ValidationTable(out);
      table.header();
      List<CheckResult> results = new ArrayList<>();
      Conformance conformance = new Conformance(device, reference);
      for (Op op : chosen) {
        List<CheckResult> checked =
            // What computes in float64 is held to what no other backend can tell.
            device.resultType() == DType.F64
                ? checkReference(op, reference)
                : TYPES.stream().map(type -> conformance.check(op, type)).toList();
        for (CheckResult result : checked) {
          table.row(result);
          results.add(result);
        }
      }
      return summary(out, results);
    }
  }

  private static List<CheckResult> checkReference(Op op, Device reference) throws IOException {
    return List.of(
        new GoldenCheck(reference).check(op.name()),
        new FiniteDifferences(reference).check(op),
        new FiniteCheck(reference).check(op));
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
