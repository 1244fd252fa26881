package io.gramian.bench.gpu;

import io.gramian.Bindings;
import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.cuda.device.RawDevice;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * GRAM's loss with all gradients at the largest batch that fits the memory of the device, one run.
 * The inputs repeat a smaller batch: their values do not matter here and would take long to draw.
 */
final class LargestBatch {
  /** Name in reports. */
  static final String VARIANT = "volume largest batch";

  private static final int OUT_OF_MEMORY = 2;
  private static final int PRODUCTS = 4;

  private final Device device;
  private final Ceilings ceilings;
  private final int most;
  private final int drawn;
  private final int dimension;

  LargestBatch(Device device, Ceilings ceilings, boolean tiny) {
    this.device = device;
    this.ceilings = ceilings;
    this.most = tiny ? 32 : 1 << 20;
    this.drawn = tiny ? 8 : 1 << 14;
    this.dimension = tiny ? 32 : 512;
  }

  List<Line> run(DeviceClock clock) {
    int batch = most;
    while (true) {
      try {
        return List.of(measure(clock, batch));
      } catch (CudaException e) {
        if (e.code() != OUT_OF_MEMORY || batch <= drawn) {
          throw e;
        }
        batch /= 2;
      }
    }
  }

  private Line measure(DeviceClock clock, int batch) {
    CaseShape small = new CaseShape("contrastive", "volume", CaseShape.BOTH, drawn, 4, dimension);
    List<Tensor> owned = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      OpCase one = OpCases.of(small, arena);
      Map<String, Tensor> in = new LinkedHashMap<>();
      one.inputs()
          .asMap()
          .forEach((name, tensor) -> in.put(name, repeated(clock, owned, name, tensor, batch)));
      Bindings inputs = Bindings.of(in);
      Specs specs =
          one.op().signature(inputs.specs()).outputs(inputs.specs(), one.outputs(), DType.F32);
      Map<String, Tensor> out = new LinkedHashMap<>();
      specs
          .asMap()
          .forEach(
              (name, spec) ->
                  out.put(
                      name,
                      own(owned, device.allocate(spec.rank() == 2 ? spec.as(DType.BF16) : spec))));
      Bindings outputs = Bindings.of(out);
      try (Plan plan = one.op().plan(device, inputs, outputs)) {
        Timing time = clock.once(_ -> plan.run(clock.stream(), inputs, outputs));
        double loss = outputs.get("loss").item();
        if (!Double.isFinite(loss)) {
          throw new IllegalStateException("the loss of the largest batch is " + loss);
        }
        long memory = plan.workspaceBytes();
        for (TensorSpec spec : specs.asMap().values()) {
          memory += spec.rank() == 2 ? spec.as(DType.BF16).spanBytes() : spec.spanBytes();
        }
        Work work = Work.flops(PRODUCTS * 2.0 * batch * batch * 3 * dimension);
        Subject subject =
            new Subject("contrastive", VARIANT, CaseShape.BOTH, batch, 4, dimension, "bf16");
        return Line.timed(
                Line.GPU,
                subject,
                Contestant.ours(device.backend(), 1),
                time,
                work,
                ceilings.of(work))
            .memory(OptionalLong.of(memory))
            .note("one run, not warm; rows repeat every " + drawn)
            .note(batch == most ? "the largest that is tried" : "twice as many do not fit");
      }
    } finally {
      owned.forEach(Tensor::close);
    }
  }

  /** A tensor of the whole batch from the rows of a smaller one; single numbers as they are. */
  private Tensor repeated(
      DeviceClock clock, List<Tensor> owned, String name, Tensor rows, int batch) {
    if (rows.spec().rank() != 2) {
      return own(owned, device.upload(rows, rows.dtype()));
    }
    Tensor all = own(owned, device.allocate(TensorSpec.of(DType.BF16, batch, rows.spec().size(1))));
    try (Tensor part = device.upload(rows, DType.BF16)) {
      long bytes = part.spec().spanBytes();
      for (long at = 0; at < all.spec().spanBytes(); at += bytes) {
        ((RawDevice) device).copy(clock.stream(), part.address(), all.address() + at, bytes);
      }
      clock.stream().synchronize();
    }
    return all;
  }

  private static Tensor own(List<Tensor> owned, Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }
}
