package io.gramian.tests.fuzz;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.HostPlan;
import io.gramian.Plan;
import io.gramian.PlanCache;
import io.gramian.PlanOptions;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import io.gramian.tests.fuzz.OpCalls.OpCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls of the public API in any order, most of them right, many not: on what is closed, null, too
 * large, of another device or of another thread. Several of them may share what they make.
 */
final class ApiFuzzer {
  private final Choices choices;
  private final OpCalls ops;
  private final Made made;
  private final Device device;
  private final List<Runnable> calls =
      List.of(
          this::allocate,
          this::wrapArray,
          this::view,
          this::readOrWrite,
          this::readOrWrite,
          this::upload,
          this::shareOrHide,
          this::plan,
          this::plan,
          this::plan,
          this::planHuge,
          this::run,
          this::run,
          this::run,
          this::run,
          this::runCached,
          this::evaluate,
          this::hostPlan,
          this::stream,
          this::time,
          this::openDevice,
          this::closeDevice,
          this::closeSomething,
          this::closeSomething);

  ApiFuzzer(Choices choices, Made made) {
    this.choices = choices;
    this.ops = new OpCalls(choices);
    this.made = made;
    this.device = made.device;
  }

  /** Makes one call. */
  void step() {
    choices.of(calls).run();
  }

  private OpCall opCall(boolean huge) {
    return ops.call(ops.op(), huge, device.place().isHost(), device.resultType());
  }

  private void allocate() {
    TensorSpec spec = choices.orNull(spec());
    choices.calls("allocate " + spec);
    made.tensors.add(device.allocate(spec));
  }

  private TensorSpec spec() {
    if (choices.oneIn(6)) {
      return TensorSpec.of(choices.dataType(), choices.hostile(), choices.hostile());
    }
    return choices.varied(TensorSpec.of(choices.dataType(), choices.below(4), choices.below(5)));
  }

  private void wrapArray() {
    int count = choices.below(6);
    long size = choices.oneIn(4) ? choices.hostile() : count;
    choices.calls("array of " + count + " as " + size);
    made.tensors.add(
        choices.oneIn(2)
            ? Tensor.of(choices.orNull(new float[count]), size)
            : Tensor.of(new int[count], size));
  }

  private void view() {
    Tensor tensor = made.tensors.any(choices);
    long offset = choices.oneIn(2) ? choices.hostile() : choices.below(3);
    TensorSpec spec =
        choices.orNull(
            choices.oneIn(2) ? TensorSpec.of(tensor.dtype(), choices.below(4)) : tensor.spec());
    choices.calls("view of " + tensor + " at " + offset + " as " + spec);
    made.tensors.add(tensor.view(offset, spec));
  }

  private void readOrWrite() {
    Tensor tensor = made.tensors.any(choices);
    int count = (int) Math.min(tensor.spec().elements(), 1000);
    int way = choices.below(7);
    choices.calls("read or write " + tensor + " in way " + way);
    switch (way) {
      case 0 -> tensor.toDoubles();
      case 1 -> tensor.toInts();
      case 2 -> tensor.item();
      case 3 -> tensor.copyFrom(choices.orNull(choices.values(count)));
      case 4 -> tensor.copyFrom(new int[choices.below(3)]);
      case 5 -> tensor.copyFrom(made.tensors.any(choices));
      default -> tensor.overlaps(made.tensors.any(choices));
    }
  }

  private void upload() {
    Tensor tensor = choices.orNull(made.tensors.any(choices));
    DType type = choices.dataType();
    choices.calls("upload " + tensor + " as " + type);
    made.tensors.add(device.upload(tensor, type));
  }

  private void shareOrHide() {
    Tensor tensor = made.tensors.any(choices);
    choices.calls("share or hide " + tensor);
    switch (choices.below(3)) {
      case 0 -> made.tensors.add(tensor.share());
      case 1 -> made.tensors.add(tensor.asReadOnly());
      default -> made.tensors.add(tensor.onClose(() -> {}));
    }
  }

  private void plan() {
    OpCall call = opCall(false);
    PlanOptions options = options();
    choices.calls("plan " + call + " " + options);
    Plan plan = call.op().plan(device, call.inputs(), call.outputs(), options);
    made.plans.add(plan);
    Bindings in = bind(call, call.inputs().asMap());
    Bindings out = bind(call, call.outputs().asMap());
    made.runs.add(new Made.Run(plan, in, out));
  }

  private PlanOptions options() {
    return choices.orNull(
        PlanOptions.defaults()
            .accumulate(choices.oneIn(3))
            .checkFinite(choices.oneIn(6))
            .strict(choices.oneIn(4))
            .workspace(choices.oneIn(10) ? _ -> made.tensors.any(choices) : null));
  }

  private void planHuge() {
    OpCall call = opCall(true);
    choices.calls("plan " + call);
    made.plans.add(call.op().plan(device, call.inputs(), call.outputs(), PlanOptions.defaults()));
  }

  /** New tensors for the specs, with values. */
  private Bindings bind(OpCall call, Map<String, TensorSpec> specs) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    specs.forEach(
        (name, spec) -> {
          Tensor tensor = made.tensors.add(device.allocate(spec));
          int count = (int) spec.elements();
          tensor.copyFrom(
              spec.dtype() == DType.I32
                  ? choices.labels(count, call.tuples())
                  : choices.values(count));
          tensors.put(name, tensor);
        });
    return Bindings.of(tensors);
  }

  private void run() {
    Made.Run run = made.runs.any(choices);
    Plan plan = choices.oneIn(20) ? made.runs.any(choices).plan() : run.plan();
    Bindings in = choices.orNull(run.in());
    Bindings out = choices.orNull(choices.oneIn(20) ? made.runs.any(choices).out() : run.out());
    Stream stream =
        choices.orNull(choices.oneIn(2) ? device.defaultStream() : made.streams.any(choices));
    choices.calls("run " + plan.op() + " on " + in + " to " + out);
    plan.run(stream, in, out);
    if (choices.oneIn(2)) {
      stream.synchronize();
    }
  }

  private void runCached() {
    PlanCache cache = made.caches.any(choices);
    Made.Run run = made.runs.any(choices);
    choices.calls("run " + run.plan().op() + " by cache on " + run.in());
    cache.run(made.streams.any(choices), choices.orNull(run.plan().op()), run.in(), run.out());
  }

  private void evaluate() {
    OpCall call = opCall(false);
    choices.calls("evaluate " + call);
    Bindings in = hostInputs(call);
    call.op().evaluate(choices.orNull(device), in, call.outputs().names());
  }

  private Bindings hostInputs(OpCall call) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    call.inputs()
        .asMap()
        .forEach(
            (name, spec) -> {
              Tensor tensor = Tensor.zeros(spec);
              int count = (int) spec.elements();
              tensor.copyFrom(
                  spec.dtype() == DType.I32
                      ? choices.labels(count, call.tuples())
                      : choices.values(count));
              tensors.put(name, tensor);
            });
    return Bindings.of(tensors);
  }

  private void hostPlan() {
    if (choices.oneIn(2)) {
      HostPlan plan = made.hostPlans.any(choices);
      choices.calls("run host plan of " + plan.plan().op());
      plan.run();
      return;
    }
    OpCall call = opCall(false);
    choices.calls("host plan of " + call);
    made.hostPlans.add(
        call.op()
            .hostPlan(device, hostInputs(call), call.outputs().names(), PlanOptions.defaults()));
  }

  private void stream() {
    choices.calls("new stream, or wait for one");
    if (choices.oneIn(2)) {
      made.streams.add(device.newStream());
    } else {
      made.streams.any(choices).synchronize();
    }
  }

  private void time() {
    choices.calls("time");
    Timer timer = choices.oneIn(3) ? made.timers.add(device.newTimer()) : made.timers.any(choices);
    Stream stream = choices.orNull(made.streams.any(choices));
    switch (choices.below(3)) {
      case 0 -> timer.start(stream);
      case 1 -> timer.stop(stream);
      default -> timer.seconds();
    }
  }

  private void openDevice() {
    String name = choices.orNull(choices.of(List.of("auto", "cpu", "reference", "", "no\0ne")));
    choices.calls("open " + name);
    DeviceOptions options =
        choices.oneIn(4)
            ? new DeviceOptions((int) choices.hostile(), (int) choices.hostile())
            : DeviceOptions.defaults().threads(1);
    Device.open(name, options).close();
  }

  /** A device in use refuses; hosts close at any time, so that only those with handles try. */
  private void closeDevice() {
    if (!device.place().isHost() && made.plans.hasAny()) {
      choices.calls("close the device");
      made.closeDeviceInUse();
    }
  }

  private void closeSomething() {
    AutoCloseable closeable = made.anything(choices);
    choices.calls("close " + closeable);
    Made.close(closeable);
  }
}
