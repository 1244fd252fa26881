package io.gramian.testing;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.conformance.CaseRunner;
import io.gramian.op.Op;

/**
 * Runs ops over whole batches as one rank of a group of processes, each of which has the whole
 * inputs and uses its shards of them; what the others have computed is gathered, so that each can
 * check all of it.
 */
final class ProcessRank implements CaseRunner.Planned {
  private final Device device;
  private final Collective group;
  private final Sharded sharded;
  private final PlanOptions options;
  private Plan plan;

  private ProcessRank(Device device, Collective group, Op op, Specs inputs, PlanOptions options) {
    this.device = device;
    this.group = group;
    this.sharded = new Sharded(device, group.size(), op, op.signature(inputs));
    this.options = options.collective(group);
  }

  /** Runs ops as a rank of a group. */
  static CaseRunner.Planner of(Device device, Collective group) {
    return (op, inputs, outputs, options) -> new ProcessRank(device, group, op, inputs, options);
  }

  @Override
  public void run(Bindings inputs, Bindings outputs) {
    Bindings in = sharded.inputs(inputs, group.rank());
    Bindings out = sharded.outputs(outputs, group.rank());
    if (plan == null) {
      plan = sharded.ofRank().plan(device, in.specs(), out.specs(), options);
    }
    plan.run(in, out);
    outputs
        .asMap()
        .forEach(
            (name, whole) -> {
              if (sharded.isDivided(name)) {
                sharded.gather(whole, out.get(name), group);
              } else if (whole != out.get(name)) {
                whole.copyFrom(out.get(name));
              }
            });
  }

  @Override
  public void close() {
    if (plan != null) {
      plan.close();
    }
    sharded.close();
  }
}
