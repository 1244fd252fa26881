package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.op.ClipMatched;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@link SetClip}: its parts, run one after another on views of its inputs. */
final class SetClipCpu extends CpuExecutor {
  private final CpuDevice device;
  private final View image;
  private final View text;
  private final List<Part> parts = new ArrayList<>();

  SetClipCpu(CpuDevice device, SetClip op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.device = device;
    this.image = new View("image_views", inputs, outputs);
    this.text = new View("text_views", inputs, outputs);
    SetClip.Weights weights = op.weights();
    NtXent views = new NtXent(op.temperature());
    add(weights.imageSsl(), views, Map.of("views", image.all()), NtXentCpu::new);
    add(weights.textSsl(), views, Map.of("views", text.all()), NtXentCpu::new);
    Map<String, Slice> sets = Map.of("x", image.even(), "y", text.even());
    add(weights.density(), new SemanticDensity(op.bandwidth()), sets, SemanticDensityCpu::new);
    add(weights.mmd(), new Mmd(op.variances()), sets, MmdCpu::new);
    ClipMatched clip = new ClipMatched(op.matched(), op.temperature());
    Map<String, Slice> pair = Map.of("image", image.even(), "text", text.even());
    add(weights.clip(), clip, pair, ClipMatchedCpu::new);
  }

  /** Makes the executor of a part. */
  private interface Factory<O extends Op> {
    CpuExecutor create(CpuDevice device, O op, Specs inputs, Specs outputs, PlanOptions options);
  }

  private <O extends Op> void add(
      double weight, O op, Map<String, Slice> slices, Factory<O> factory) {
    TreeMap<String, Slice> ordered = new TreeMap<>(slices);
    Tensor loss = Tensor.zeros(TensorSpec.of(DType.F64));
    Tensor upstream = Tensor.zeros(TensorSpec.of(DType.F64));
    Specs in = Specs.of("grad_loss", upstream.spec());
    Bindings out = Bindings.of("loss", loss);
    for (Map.Entry<String, Slice> entry : ordered.entrySet()) {
      Slice slice = entry.getValue();
      in = in.with(entry.getKey(), slice.input());
      if (slice.view().isWanted) {
        out = out.with("grad_" + entry.getKey(), slice.view().gradient.view(0, slice.output()));
      }
    }
    PlanOptions options = PlanOptions.defaults().accumulate(true);
    CpuExecutor executor = factory.create(device, op, in, out.specs(), options);
    resources.count(executor.ownedBytes());
    parts.add(new Part(executor, weight, ordered, upstream, out));
  }

  @Override
  void run(Bindings in, Bindings out) {
    image.clear();
    text.clear();
    double loss = 0;
    for (Part part : parts) {
      loss += part.run(in);
    }
    Scalars.output(out, "loss", loss, false);
    image.write(out);
    text.write(out);
  }

  /** A part of the loss, its inputs as slices of the views. */
  private record Part(
      CpuExecutor executor,
      double weight,
      Map<String, Slice> slices,
      Tensor upstream,
      Bindings out) {
    /** Adds its gradients; returns its weighted loss. */
    double run(Bindings in) {
      upstream.copyFrom(new double[] {weight * Scalars.input(in, "grad_loss", 1)});
      Bindings bound = Bindings.of("grad_loss", upstream);
      for (Map.Entry<String, Slice> entry : slices.entrySet()) {
        Slice slice = entry.getValue();
        Tensor views = in.get(slice.view().name);
        bound = bound.with(entry.getKey(), views.view(0, slice.input()));
      }
      executor.run(bound, out);
      return weight * out.get("loss").item();
    }
  }

  /** Rows of a view: how they lie in the input and in the sum of gradients. */
  private record Slice(View view, TensorSpec input, TensorSpec output) {}

  /** An input with the float32 sum of the gradients of its parts. */
  private final class View {
    final String name;
    final boolean isWanted;

    /** Without rows where it is not wanted. */
    final Tensor gradient;

    private final TensorSpec input;
    private final TensorSpec packed;

    View(String name, Specs inputs, Specs outputs) {
      this.name = name;
      this.isWanted = outputs.has("grad_" + name);
      this.input = inputs.get(name);
      this.packed = TensorSpec.of(DType.F32, input.size(0), input.size(1));
      this.gradient = Tensor.zeros(isWanted ? packed : TensorSpec.of(DType.F32, 0, input.size(1)));
      resources.count(gradient.spec().spanBytes());
    }

    Slice all() {
      return new Slice(this, input, packed);
    }

    Slice even() {
      return new Slice(this, evenRows(input), evenRows(packed));
    }

    private static TensorSpec evenRows(TensorSpec spec) {
      long[] shape = {spec.size(0) / 2, spec.size(1)};
      return TensorSpec.strided(spec.dtype(), shape, new long[] {2 * spec.stride(0), 1});
    }

    void clear() {
      gradient.memory().fill((byte) 0);
    }

    void write(Bindings out) {
      Gradient output = gradient(out, name);
      Rows sums = new Rows(gradient);
      float[] row = new float[sums.width()];
      for (int i = 0; output.isWanted() && i < sums.count(); i++) {
        sums.read(i, row, 0);
        output.write(i, row, 0);
      }
    }
  }
}
