package io.gramian.torch;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.op.Op;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Plans of the last ops and shapes that were run. A plan belongs to one stream, since runs of a
 * plan share its workspace.
 */
final class PlanCache implements AutoCloseable {
  /** Training alternates between few shapes: full batches, the last batch, a validation batch. */
  static final int CAPACITY = 16;

  private record Key(Device device, long stream, Op op, Specs inputs, Specs outputs) {}

  private record Entry(Plan plan, Stream stream) {
    /** Waits for runs of the plan and frees it. */
    void close() {
      stream.synchronize();
      plan.close();
      stream.close();
    }
  }

  private final Map<Key, Entry> entries = new LinkedHashMap<>(CAPACITY, 0.75f, true);

  /**
   * Runs an op, with the plan of an earlier call of the same op, shapes and stream if there is one.
   *
   * @param stream handle of a stream of the device; ignored on the host
   */
  void run(Device device, long stream, Op op, Bindings inputs, Bindings outputs) {
    Key key = new Key(device, stream, op, inputs.specs(), outputs.specs());
    Entry entry = entries.get(key);
    if (entry == null) {
      entry = plan(key);
      entries.put(key, entry);
      evict();
    }
    entry.plan().run(entry.stream(), inputs, outputs);
  }

  /** Number of plans held. */
  int size() {
    return entries.size();
  }

  @Override
  public void close() {
    entries.values().forEach(Entry::close);
    entries.clear();
  }

  private static Entry plan(Key key) {
    Device device = key.device();
    Plan plan = key.op().plan(device, key.inputs(), key.outputs(), PlanOptions.defaults());
    Stream stream =
        device.place().isHost() ? device.defaultStream() : device.wrapStream(key.stream());
    return new Entry(plan, stream);
  }

  private void evict() {
    if (entries.size() > CAPACITY) {
      Iterator<Entry> oldest = entries.values().iterator();
      Entry entry = oldest.next();
      oldest.remove();
      entry.close();
    }
  }
}
