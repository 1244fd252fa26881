package io.gramian;

import io.gramian.op.Op;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans of the last ops and shapes that were run on a device, for callers whose shapes are not
 * known beforehand, for instance because the last batch of an epoch is smaller. A plan serves one
 * stream, since runs of a plan share its workspace. Safe for use by many threads, whose runs are
 * enqueued one after the other.
 */
public final class PlanCache implements AutoCloseable {
  /** Training alternates between few shapes: full batches, the last batch, a validation batch. */
  private static final int CAPACITY = 16;

  private record Key(long stream, Op op, Specs inputs, Specs outputs) {}

  private record Entry(Plan plan, Stream stream) {
    /** Waits for runs of the plan and frees it, also where one of them failed. */
    void close() {
      try {
        stream.synchronize();
      } catch (ClosedException e) {
        // The stream is gone; freeing the plan's memory waits for what is left of its work.
      } finally {
        plan.close();
      }
    }
  }

  private final Device device;
  private final PlanOptions options;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(CAPACITY, 0.75f, true);
  private boolean closed;

  /**
   * An empty cache of plans of a device, which stays the caller's.
   *
   * @param device where to compute
   */
  public PlanCache(Device device) {
    this(device, PlanOptions.defaults());
  }

  /**
   * An empty cache of plans of a device, which stays the caller's, all with the same options. Ranks
   * that share a batch by {@link PlanOptions#collective} must run the same ops, each with the same
   * sizes or with new ones at the same time.
   *
   * @throws ParameterException if the options hold a workspace, which is of one plan
   * @param device where to compute
   * @param options of every plan
   */
  public PlanCache(Device device, PlanOptions options) {
    this.device = ParameterException.requireNonNull(device, "a device");
    this.options = ParameterException.requireNonNull(options, "options");
    if (options.workspace() != null) {
      throw new ParameterException("expected options without a workspace, which is of one plan");
    }
  }

  /** {@return the device of the plans} */
  public Device device() {
    return device;
  }

  /**
   * Runs an op on the default stream and waits for it, with the plan of an earlier run of the same
   * op and specs if it is still there.
   *
   * @param op what to compute
   * @param inputs the inputs by name
   * @param outputs where the results go, by name
   * @throws ShapeException if the bindings do not fit the op
   * @throws ClosedException if this cache is closed
   */
  public void run(Op op, Bindings inputs, Bindings outputs) {
    Stream stream = device.defaultStream();
    run(stream, op, inputs, outputs);
    stream.synchronize();
  }

  /**
   * Enqueues an op, with the plan of an earlier run of the same op and specs on the same stream if
   * it is still there.
   *
   * @param stream a stream of the device, which outlives this cache
   * @param op what to compute
   * @param inputs the inputs by name
   * @param outputs where the results go, by name
   * @throws ShapeException if the bindings do not fit the op
   * @throws ClosedException if this cache is closed
   */
  public synchronized void run(Stream stream, Op op, Bindings inputs, Bindings outputs) {
    ParameterException.requireNonNull(stream, "a stream");
    ParameterException.requireNonNull(op, "an op");
    ParameterException.requireNonNull(inputs, "inputs");
    ParameterException.requireNonNull(outputs, "outputs");
    if (closed) {
      throw new ClosedException("the plans on " + device + " are closed");
    }
    Key key = new Key(stream.handle(), op, inputs.specs(), outputs.specs());
    Entry entry = entries.get(key);
    if (entry == null) {
      Plan plan = op.plan(device, key.inputs(), key.outputs(), options);
      entry = new Entry(plan, stream);
      entries.put(key, entry);
      evict();
    }
    entry.plan().run(stream, inputs, outputs);
  }

  /** {@return number of plans that are held, at most 16} */
  public synchronized int size() {
    return entries.size();
  }

  private void evict() {
    if (entries.size() > CAPACITY) {
      Iterator<Entry> oldest = entries.values().iterator();
      Entry entry = oldest.next();
      oldest.remove();
      entry.close();
    }
  }

  /**
   * Waits for running work and frees the plans; the device stays open.
   *
   * @throws CudaException if work failed that nobody has waited for yet; the plans are freed
   */
  @Override
  public synchronized void close() {
    closed = true;
    List<Runnable> plans = entries.values().stream().map(entry -> (Runnable) entry::close).toList();
    entries.clear();
    CloseAll.of(plans);
  }
}
