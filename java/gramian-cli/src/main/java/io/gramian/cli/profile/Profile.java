package io.gramian.cli.profile;

import io.gramian.BackendUnavailableException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cli.UserException;
import io.gramian.cli.cases.BoundOp;
import io.gramian.cli.cases.OpRunner;
import io.gramian.cuda.EmulatedDevice;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run of an op, forward and backward, did on the emulated device: the same counts whenever
 * and wherever it is taken.
 *
 * @param device what the emulated device was
 * @param target whose machine code is asked for
 * @param units pairs, index tuples or samples of the op's work
 * @param kernels in the order of their first launches
 * @param lines of all kernels, with those first that issued most instructions
 */
public record Profile(
    String device,
    Target target,
    long units,
    List<KernelProfile> kernels,
    List<LineProfile> lines) {
  private static final List<String> LINE_COLUMNS =
      List.of("kernel", "target", "file", "line", "function");

  /**
   * Takes a profile.
   *
   * @param op the op
   * @param shape sizes by name; the usual ones where there are none
   * @param dtype the element type of the inputs
   * @param target the device
   * @throws UserException if the op takes no such sizes, or has no kernels
   * @throws BackendUnavailableException if there is no emulated device
   */
  public static Profile of(Op op, Map<String, Long> shape, DType dtype, Target target) {
    ShapedInputs inputs = ShapedInputs.of(op, shape);
    EmulatedDevice emulated = EmulatedDevice.load();
    int before = emulated.capability();
    emulated.capability(target.capability());
    try (Device device = Device.open("emulated")) {
      if (!device.supportedOps().contains(op.getClass())) {
        throw new UserException(op.name() + " has no kernels yet");
      }
      try (BoundOp bound = new OpRunner(device, dtype, false).bind(op, inputs.arrays())) {
        emulated.startCounting();
        bound.run();
        return of(emulated, device.name(), target, inputs.units());
      }
    } finally {
      emulated.stopCounting();
      emulated.capability(before);
    }
  }

  private static Profile of(EmulatedDevice emulated, String device, Target target, long units) {
    List<LineProfile> lines = new ArrayList<>();
    Map<String, List<Counts>> counts = new LinkedHashMap<>();
    for (CountTable.Row row : CountTable.parse(emulated.lineCounts())) {
      Counts ofLine = Counts.of(row, LINE_COLUMNS);
      String kernel = row.text("kernel");
      counts.computeIfAbsent(kernel, k -> new ArrayList<>()).add(ofLine);
      lines.add(
          new LineProfile(
              kernel, row.text("file"), (int) row.number("line"), row.text("function"), ofLine));
    }
    lines.sort((a, b) -> Long.compare(b.counts().instructions(), a.counts().instructions()));
    Map<String, List<CountTable.Row>> launches = new LinkedHashMap<>();
    for (CountTable.Row row : CountTable.parse(emulated.kernelCounts())) {
      launches.computeIfAbsent(row.text("kernel"), k -> new ArrayList<>()).add(row);
    }
    KernelResources resources = KernelResources.of(target.toString());
    List<KernelProfile> kernels = new ArrayList<>();
    launches.forEach(
        (kernel, rows) ->
            kernels.add(
                new KernelProfile(
                    kernel,
                    rows.getFirst().text("target"),
                    rows.stream().map(LaunchShape::of).toList(),
                    rows.stream().mapToLong(row -> row.number("readBytes")).sum(),
                    rows.stream().mapToLong(row -> row.number("writtenBytes")).sum(),
                    Counts.sum(counts.get(kernel)),
                    resources.find(kernel))));
    return new Profile(device, target, units, List.copyOf(kernels), List.copyOf(lines));
  }
}
