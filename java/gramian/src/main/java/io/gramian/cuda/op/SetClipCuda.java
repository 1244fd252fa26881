package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.SetClipBeginParams;
import io.gramian.cuda.abi.SetClipConstants;
import io.gramian.cuda.abi.SetClipGradientParams;
import io.gramian.cuda.abi.SetClipLossParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import io.gramian.op.ClipMatched;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link SetClip} on CUDA: its parts, one after another in the same workspace. They add their
 * gradients up in f32 rows, so that what the caller wants is rounded once.
 */
final class SetClipCuda extends CudaExecutor {
  private static final int PARTS = SetClipConstants.PARTS;
  private static final TensorSpec SCALAR = TensorSpec.of(DType.F64);

  private final CudaDevice device;
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final View image;
  private final View text;
  private final Region upstreams;
  private final Region losses;
  private final KernelLaunch<SetClipBeginParams> begin;
  private final KernelLaunch<SetClipLossParams> loss;
  private final boolean wantsLoss;
  private final List<Part> parts = new ArrayList<>();
  private final long partsRegion;

  private long boundWorkspace = -1;
  private long boundImage = -1;
  private long boundText = -1;

  SetClipCuda(CudaDevice device, SetClip op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    this.device = device;
    op.check(inputs, outputs);
    requireType(op.name(), inputs, "grad_loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "loss", SCALAR_TYPES);
    try {
      this.image = new View(op, "image_views", inputs, outputs, options);
      this.text = new View(op, "text_views", inputs, outputs, options);
      this.upstreams = scratch.reserve(PARTS * Double.BYTES);
      this.losses = scratch.reserve(PARTS * Double.BYTES);
      this.begin = launches.add(device, Kernels.SET_CLIP_BEGIN);
      this.loss = launches.add(device, Kernels.SET_CLIP_LOSS);
      this.wantsLoss = outputs.has("loss");
      Fields.prepare(begin.parameter().upstream(), 1, inputs.find("grad_loss"));
      loss.parameter().lossType(Fields.type(outputs.find("loss")));
      weigh(op.weights());
      this.partsRegion = scratch.mark();
      addParts(op, PlanOptions.defaults().accumulate(true).strict(options.strict()));
    } catch (RuntimeException e) {
      free();
      throw e;
    }
  }

  private void weigh(SetClip.Weights weights) {
    double[] values = {
      weights.imageSsl(), weights.textSsl(), weights.density(), weights.mmd(), weights.clip()
    };
    for (int part = 0; part < PARTS; part++) {
      begin.parameter().weights(part, values[part]);
      loss.parameter().weights(part, values[part]);
    }
  }

  private void addParts(SetClip op, PlanOptions options) {
    NtXent views = new NtXent(op.temperature());
    Part ofImage = new Part(0).with("views", image, false);
    ofImage.made(NtXentCuda.executor(device, views, ofImage.in, ofImage.out, options));
    Part ofText = new Part(1).with("views", text, false);
    ofText.made(NtXentCuda.executor(device, views, ofText.in, ofText.out, options));
    SemanticDensity density = new SemanticDensity(op.bandwidth());
    Part ofDensity = new Part(2).with("x", image, true).with("y", text, true);
    ofDensity.made(new SemanticDensityCuda(device, density, ofDensity.in, ofDensity.out, options));
    Part ofMmd = new Part(3).with("x", image, true).with("y", text, true);
    ofMmd.made(new MmdCuda(device, new Mmd(op.variances()), ofMmd.in, ofMmd.out, options));
    ClipMatched clip = new ClipMatched(op.matched(), op.temperature());
    Part ofClip = new Part(4).with("image", image, true).with("text", text, true);
    ofClip.made(ClipMatchedCuda.executor(device, clip, ofClip.in, ofClip.out, options));
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    bind(in, workspace);
    Fields.bind(begin.parameter().upstream(), in.find("grad_loss"));
    begin.parameter().upstreams(upstreams.at(workspace));
    begin.enqueue(stream, 1, 1, 1);
    image.clear(stream, workspace);
    text.clear(stream, workspace);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      part.executor.enqueue(stream, part.inputs, part.outputs, workspace + partsRegion);
    }
    if (wantsLoss) {
      loss.parameter().losses(losses.at(workspace)).loss(out.get("loss").address());
      loss.enqueue(stream, 1, 1, 1);
    }
    image.write(stream, out, workspace);
    text.write(stream, out, workspace);
  }

  /** The tensors of the parts, made anew only where those of a run are others. */
  private void bind(Bindings in, long workspace) {
    long ofImage = in.get(image.name).address();
    long ofText = in.get(text.name).address();
    if (workspace == boundWorkspace && ofImage == boundImage && ofText == boundText) {
      return;
    }
    boundWorkspace = workspace;
    boundImage = ofImage;
    boundText = ofText;
    parts.forEach(part -> part.bind(in, workspace));
  }

  @Override
  public void free() {
    parts.forEach(part -> part.executor.free());
    parts.clear();
    launches.close();
  }

  /** A part of the loss, over all rows of views or the even ones. */
  private final class Part {
    private final int index;
    private final List<String> names = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private final List<Boolean> areEven = new ArrayList<>();
    Specs in = Specs.of("grad_loss", SCALAR);
    Specs out = Specs.of("loss", SCALAR);
    CudaExecutor executor;
    Bindings inputs = Bindings.none();
    Bindings outputs = Bindings.none();

    Part(int index) {
      this.index = index;
    }

    Part with(String name, View view, boolean isEven) {
      names.add(name);
      views.add(view);
      areEven.add(isEven);
      in = in.with(name, isEven ? evenRows(view.input) : view.input);
      if (view.output != null) {
        out = out.with("grad_" + name, isEven ? evenRows(view.sums) : view.sums);
      }
      return this;
    }

    /** Takes the executor, whose workspace is that of all parts. */
    void made(CudaExecutor made) {
      executor = made;
      parts.add(this);
      long mark = scratch.mark();
      scratch.region(made.workspaceBytes());
      scratch.rewind(mark);
    }

    void bind(Bindings given, long workspace) {
      inputs = Bindings.of("grad_loss", scalar(upstreams.at(workspace)));
      outputs = Bindings.of("loss", scalar(losses.at(workspace)));
      for (int i = 0; i < names.size(); i++) {
        View view = views.get(i);
        String name = names.get(i);
        long address = given.get(view.name).address();
        inputs = inputs.with(name, device.wrap(address, in.get(name)));
        if (view.output != null) {
          String gradient = "grad_" + name;
          outputs =
              outputs.with(gradient, device.wrap(view.region.at(workspace), out.get(gradient)));
        }
      }
    }

    private Tensor scalar(long first) {
      return device.wrap(first + (long) index * Double.BYTES, SCALAR);
    }

    private static TensorSpec evenRows(TensorSpec spec) {
      long[] shape = {spec.size(0) / 2, spec.size(1)};
      return TensorSpec.strided(spec.dtype(), shape, new long[] {2 * spec.stride(0), 1});
    }
  }

  /** Views of one side, and the f32 sum of their gradients where it is wanted. */
  private final class View {
    final String name;
    final TensorSpec input;
    final TensorSpec output;
    final TensorSpec sums;
    final Region region;
    private final KernelLaunch<SetClipGradientParams> write;

    View(SetClip op, String name, Specs inputs, Specs outputs, PlanOptions options) {
      this.name = name;
      requireType(op.name(), inputs, name, DATA_TYPES);
      requireType(op.name(), outputs, "grad_" + name, DATA_TYPES);
      this.input = inputs.get(name);
      this.output = outputs.find("grad_" + name);
      Rows rows = Rows.of(op.name(), name, input);
      this.sums = TensorSpec.of(DType.F32, input.size(0), input.size(1));
      this.region = scratch.reserve(output != null, sums.spanBytes());
      this.write = launches.add(device, Kernels.SET_CLIP_GRADIENT);
      Fields.prepare(write.parameter().out(), GradientRows.of(output, options.accumulate()));
      write.parameter().count(rows.count()).depth(rows.d());
    }

    void clear(long stream, long workspace) {
      if (output != null) {
        MemoryTransfer.fillAsync(
            device.context(), region.at(workspace), (byte) 0, sums.spanBytes(), stream);
      }
    }

    void write(long stream, Bindings out, long workspace) {
      if (output != null) {
        write.parameter().gradient(region.at(workspace));
        write.parameter().out().to(out.get("grad_" + name).address());
        write.enqueue(stream, Operand.blocks((int) input.size(0)), 1, 1);
      }
    }
  }
}
