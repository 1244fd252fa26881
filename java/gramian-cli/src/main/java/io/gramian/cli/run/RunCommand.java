package io.gramian.cli.run;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.ParameterException;
import io.gramian.cli.BackendOption;
import io.gramian.cli.UserException;
import io.gramian.cli.cases.CaseIndex;
import io.gramian.cli.cases.OpInputs;
import io.gramian.cli.cases.OpRunner;
import io.gramian.cli.io.Printable;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpzException;
import io.gramian.cli.npz.NpzFormat;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gramian run}: an op on the arrays of a file, or all cases of a folder. */
@Command(
    name = "run",
    description = {
      "Runs an op on the arrays of an npz file, or every case of a folder.",
      "An array is an input of the op by its name; 'in.NAME' is read as NAME."
    },
    customSynopsis = {
      "gramian run OP IN.npz OUT.npz [--backend B] [--dtype f32|bf16|f16] [-p name=value]…",
      "       gramian run --cases DIR --out DIR2 [--backend B] [--dtype f32|bf16|f16]",
      "       gramian run --help OP [-p name=value]…"
    })
public final class RunCommand implements Callable<Integer> {
  private static final List<DType> ROUNDINGS = List.of(DType.F32, DType.BF16, DType.F16);

  @Parameters(arity = "0..3", paramLabel = "OP IN.npz OUT.npz", description = "Op and files.")
  private List<String> arguments = List.of();

  @Option(
      names = "--cases",
      paramLabel = "DIR",
      description =
          "A folder with index.json, [{\"name\": \"a\", \"op\": \"volume\", \"params\": {}}, …],"
              + " and the arrays of each case in NAME.npz.")
  private Path cases;

  @Option(
      names = "--out",
      paramLabel = "DIR2",
      description = "Where the results of --cases go, NAME.npz of each.")
  private Path out;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "f32, bf16 or f16: rounds the floating-point inputs first.")
  private String dtype;

  @Option(
      names = "-p",
      paramLabel = "name=value",
      description = "A parameter of the op; may be repeated.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = {"-h", "--help"},
      description = "Show this, or with OP its arrays and parameters, and exit.")
  private boolean help;

  @Option(names = "--check-finite", description = "NaN or infinity in an input is an error.")
  private boolean checkFinite;

  @Mixin private BackendOption backend;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public RunCommand() {}

  @Override
  public Integer call() {
    if (help) {
      return help();
    }
    DType rounding = rounding();
    if (cases == null) {
      return runOne(rounding);
    }
    if (!arguments.isEmpty() || !parameters.isEmpty() || out == null) {
      throw new UserException("--cases DIR goes with --out DIR2 and without OP, files and -p");
    }
    return runCases(rounding);
  }

  private int help() {
    PrintWriter console = spec.commandLine().getOut();
    if (arguments.isEmpty()) {
      spec.commandLine().usage(console);
      OpHelp.list(console);
    } else {
      OpHelp.describe(console, arguments.getFirst(), parameters);
    }
    return 0;
  }

  private DType rounding() {
    if (dtype == null) {
      return null;
    }
    return ROUNDINGS.stream()
        .filter(type -> type.toString().equals(dtype))
        .findFirst()
        .orElseThrow(
            () ->
                ParameterException.unknown(
                    "dtype", dtype, ROUNDINGS.stream().map(DType::toString).toList()));
  }

  private int runOne(DType rounding) {
    if (arguments.size() != 3 || out != null) {
      throw new UserException(
          "expected OP IN.npz OUT.npz, or --cases DIR --out DIR2; got "
              + (arguments.isEmpty() ? "neither" : String.join(" ", arguments)));
    }
    Op op = Ops.of(arguments.get(0), parameters);
    Path target = Path.of(arguments.get(2)).toAbsolutePath();
    if (Files.isDirectory(target) || !Files.isDirectory(target.getParent())) {
      throw new UserException("cannot write " + target + ": no such folder, or a folder itself");
    }
    Path source = Path.of(arguments.get(1));
    refuseInput(source, target);
    try (Device device = backend.open()) {
      Map<String, NpyArray> inputs = read(source);
      Map<String, NpyArray> results = new OpRunner(device, rounding, checkFinite).run(op, inputs);
      write(target, results);
      spec.commandLine()
          .getOut()
          .printf(
              "wrote %s: %s, on %s%n",
              Printable.of(arguments.get(2)), String.join(", ", results.keySet()), device);
    }
    return 0;
  }

  private int runCases(DType rounding) {
    List<CaseIndex.Case> index = CaseIndex.read(cases);
    PrintWriter console = spec.commandLine().getOut();
    int failures = 0;
    refuseInput(cases, out);
    for (CaseIndex.Case one : index) {
      refuseInput(cases.resolve(one.file()), out.resolve(one.file()));
    }
    try (Device device = backend.open()) {
      createFolder(out);
      OpRunner runner = new OpRunner(device, rounding, checkFinite);
      for (CaseIndex.Case one : index) {
        try {
          Op op = one.op();
          Map<String, NpyArray> inputs = read(cases.resolve(one.file()));
          write(out.resolve(one.file()), runner.run(op, inputs));
        } catch (GramianException | UserException e) {
          failures++;
          console.println(Printable.of(one.name() + ": could not run: " + e.getMessage()));
        }
      }
      console.printf(
          "%d of %d cases ran on %s; their results are in %s%n",
          index.size() - failures, index.size(), device, Printable.of(out.toString()));
    }
    return failures == 0 ? 0 : 1;
  }

  /** Refuses to write over what is read, by whatever names the two go. */
  private static void refuseInput(Path source, Path target) {
    try {
      if (Files.exists(target)
          && Files.isSameFile(source, target)
          && (Files.isRegularFile(target) || Files.isDirectory(target))) {
        throw new UserException(
            "expected another place for results than " + target + ", which is where inputs are");
      }
    } catch (IOException e) {
      // There is no such input, as whoever reads it will say.
    }
  }

  private static Map<String, NpyArray> read(Path file) {
    try {
      return OpInputs.select(NpzFormat.read(file));
    } catch (NpzException e) {
      throw new UserException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException("cannot read " + file + " (" + e.getMessage() + ")", e);
    }
  }

  private static void write(Path file, Map<String, NpyArray> arrays) {
    try {
      NpzFormat.write(file, arrays);
    } catch (IOException e) {
      throw new UserException("cannot write " + file + " (" + e.getMessage() + ")", e);
    }
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UserException(
          "cannot create the folder " + folder + " (" + e.getMessage() + ")", e);
    }
  }
}
