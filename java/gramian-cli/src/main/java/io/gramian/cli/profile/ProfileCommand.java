package io.gramian.cli.profile;

import io.gramian.DType;
import io.gramian.cli.UserException;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gramian profile}: what the kernels of an op do, counted on the emulated device. */
@Command(
    name = "profile",
    description = {
      "Runs an op forward and backward on the emulated device and prints what its kernels did:"
          + " exact counts, the same on every machine, and an estimate of the time on a GPU."
    },
    mixinStandardHelpOptions = true,
    customSynopsis = {
      "gramian profile OP [-p name=value]… [--shape B=512,k=4,d=512] [--dtype f32|bf16|f16]",
      "       [--target sm_80|sm_90a|sm_100] [--lines N] [--csv FILE]"
    })
public final class ProfileCommand implements Callable<Integer> {
  private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);

  @Parameters(paramLabel = "OP", description = "An op.")
  private String op;

  @Option(
      names = "-p",
      paramLabel = "name=value",
      description = "A parameter of the op; may be repeated.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--shape",
      paramLabel = "NAME=SIZE",
      split = ",",
      description =
          "Sizes: B (default 512), k modalities (4), d (512), M points of a cloud (16), D features"
              + " (1024); those that the op has.")
  private Map<String, Long> shape = new LinkedHashMap<>();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "f32",
      description = "The element type of the inputs: f32 (default), bf16 or f16.")
  private String dtype;

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      defaultValue = "sm_80",
      description = "The device to be: sm_80 (A100, default), sm_90a (H100) or sm_100 (B200).")
  private String target;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "0",
      description = "Also the N lines of the sources that issue most instructions.")
  private int lines;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Where all counts go, of each kernel and line.")
  private Path csv;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public ProfileCommand() {}

  @Override
  public Integer call() throws IOException {
    Op chosen = Ops.of(op, parameters);
    Profile profile = Profile.of(chosen, shape, type(), Target.parse(target));
    if (csv != null) {
      AtomicOutput.writeText(csv, ProfileCsv.text(profile));
    }
    new ProfileReport(spec.commandLine().getOut(), profile).print(lines);
    return 0;
  }

  private DType type() {
    return TYPES.stream()
        .filter(type -> type.toString().equals(dtype))
        .findFirst()
        .orElseThrow(
            () -> new UserException("unknown dtype '" + dtype + "'; expected one of " + TYPES));
  }
}
