package io.gramian;

import io.gramian.op.Op;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Plans of the last ops and shapes that were run on a device, for callers whose shapes are not
 * known beforehand, for instance because the last batch of an epoch is smaller. Safe for use by
 * many threads, whose runs come one after the other.
 */
public final class PlanCache implements AutoCloseable {
  /** Training alternates between few shapes: full batches, the last batch, a validation batch. */
  private static final int CAPACITY = 16;

  private record Key(Op op, Specs inputs, Specs outputs) {}

  private final Device device;
  private final Map<Key, Plan> plans = new LinkedHashMap<>(CAPACITY, 0.75f, true);
  private boolean closed;

  /** An empty cache of plans of a device, which stays the caller's. */
  public PlanCache(Device device) {
    this.device = device;
  }

  /** The device of the plans. */
  public Device device() {
    return device;
  }

  /**
   * Runs an op on the default stream and waits for it, with the plan of an earlier run of the same
   * op and specs if it is still there.
   *
   * @throws ShapeException if the bindings do not fit the op
   * @throws ClosedException if this cache is closed
   */
  public synchronized void run(Op op, Bindings inputs, Bindings outputs) {
    if (closed) {
      throw new ClosedException("the plans on " + device + " are closed");
    }
    Key key = new Key(op, inputs.specs(), outputs.specs());
    Plan plan = plans.get(key);
    if (plan == null) {
      plan = op.plan(device, key.inputs(), key.outputs(), PlanOptions.defaults());
      plans.put(key, plan);
      evict();
    }
    plan.run(inputs, outputs);
  }

  /** Number of plans that are held, at most 16. */
  public synchronized int size() {
    return plans.size();
  }

  private void evict() {
    if (plans.size() > CAPACITY) {
      Iterator<Plan> oldest = plans.values().iterator();
      Plan plan = oldest.next();
      oldest.remove();
      plan.close();
    }
  }

  /** Frees the plans; the device stays open. */
  @Override
  public synchronized void close() {
    closed = true;
    plans.values().forEach(Plan::close);
    plans.clear();
  }
}
