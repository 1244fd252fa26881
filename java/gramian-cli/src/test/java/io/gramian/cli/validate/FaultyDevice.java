package io.gramian.cli.validate;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Place;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import io.gramian.op.Op;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.Consumer;

/** The reference under another name, with a fault that is put into its results. */
final class FaultyDevice extends Device {
  private final Device sound = Device.open("reference");
  private final Consumer<Bindings> fault;

  FaultyDevice(Consumer<Bindings> fault) {
    this.fault = fault;
  }

  @Override
  public String backend() {
    return "cpu";
  }

  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public Place place() {
    return sound.place();
  }

  @Override
  public Accuracy accuracy(DType inputs) {
    return new Accuracy(2e-6, 2e-5);
  }

  @Override
  public DType resultType() {
    return sound.resultType();
  }

  @Override
  public Set<Class<? extends Op>> supportedOps() {
    return sound.supportedOps();
  }

  @Override
  public Tensor allocate(TensorSpec spec) {
    return sound.allocate(spec);
  }

  @Override
  public Tensor wrap(long address, TensorSpec spec) {
    return sound.wrap(address, spec);
  }

  @Override
  public Stream defaultStream() {
    return sound.defaultStream();
  }

  @Override
  public Stream newStream() {
    return sound.newStream();
  }

  @Override
  public Stream wrapStream(long handle) {
    return sound.wrapStream(handle);
  }

  @Override
  public Timer newTimer() {
    return sound.newTimer();
  }

  @Override
  protected Executor executor(Op op, Specs inputs, Specs outputs, PlanOptions options) {
    Plan plan = op.plan(sound, inputs, outputs, options);
    return new Executor() {
      @Override
      public long workspaceBytes() {
        return 0;
      }

      @Override
      public void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
        plan.run(stream, in, out);
        fault.accept(out);
      }

      @Override
      public void close() {
        plan.close();
      }
    };
  }

  @Override
  public void close() {
    sound.close();
  }
}
