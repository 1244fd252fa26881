package io.gramian.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Specs;
import io.gramian.cli.CommandRun;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpzFormat;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  @TempDir private Path folder;
  private Path out;

  @BeforeEach
  void name() {
    out = folder.resolve("out.npz");
  }

  @Test
  void computesTheOutputsThatTheInputsAllow() throws IOException {
    double[] vectors = {1, 0, 0, 2, 3, 0, 0, 1};
    Path in = write(Map.of("vectors", NpyArray.ofFloats(vectors, 2, 2, 2)));
    assertThat(run("volume", in).code()).isZero();
    Map<String, NpyArray> results = NpzFormat.read(out);
    assertThat(results.keySet()).containsExactly("volume");
    assertThat(results.get("volume").toDoubles()).containsExactly(2, 3);

    Map<String, NpyArray> more = new LinkedHashMap<>();
    more.put("in.vectors", NpyArray.ofFloats(vectors, 2, 2, 2));
    more.put("in.grad_volume", NpyArray.ofFloats(new double[] {1, 10}, 2));
    more.put("out.volume", NpyArray.ofFloats(new double[] {9, 9}, 2));
    assertThat(run("volume", write(more)).code()).isZero();
    results = NpzFormat.read(out);
    assertThat(results.keySet()).containsExactly("volume", "grad_vectors");
    assertThat(results.get("grad_vectors").toDoubles()).containsExactly(2, 0, 0, 1, 10, 0, 0, 30);
  }

  @Test
  void parametersAndScalarsAreTaken() throws IOException {
    Path in = write(anchors(3, 4));
    CommandRun.of(
        "run",
        "contrastive",
        in.toString(),
        out.toString(),
        "--backend",
        "reference",
        "-p",
        "similarity=cosine",
        "-p",
        "temperature=0.5");
    Map<String, NpyArray> byParameter = NpzFormat.read(out);
    Map<String, NpyArray> arrays = anchors(3, 4);
    arrays.put("temperature", NpyArray.ofFloats(new double[] {0.5}));
    run("contrastive", write(arrays), "-p", "similarity=cosine");
    assertThat(NpzFormat.read(out).get("loss").toDoubles())
        .containsExactly(byParameter.get("loss").toDoubles());
    assertThat(byParameter.keySet())
        .containsExactly("loss", "grad_anchor", "grad_modality1", "grad_temperature");
  }

  @Test
  void roundsInputsFirst() throws IOException {
    Path in = write(Map.of("vectors", NpyArray.ofFloats(new double[] {1.001}, 1, 1, 1)));
    assertThat(run("gram", in, "--dtype", "bf16").code()).isZero();
    assertThat(NpzFormat.read(out).get("gram").toDoubles()).containsExactly(1);
    run("gram", in, "--dtype", "f16");
    assertThat(NpzFormat.read(out).get("gram").toDoubles()[0])
        .isCloseTo(Math.pow(1 + 1 / 1024.0, 2), within(1e-12));
    run("gram", in);
    assertThat(NpzFormat.read(out).get("gram").toDoubles()[0])
        .isCloseTo(1.001 * 1.001, within(1e-15));
  }

  @Test
  void indicesComeAsIntegersAndLabelsAreRead() throws IOException {
    Map<String, NpyArray> arrays = anchors(4, 4);
    arrays.put("labels", NpyArray.ofIntegers(new long[] {3, 2, 1, 0}, 4));
    assertThat(run("topk", write(arrays), "-p", "similarity=cosine", "-p", "count=2").code())
        .isZero();
    assertThat(NpzFormat.read(out).get("indices").isInteger()).isTrue();
  }

  @Test
  void badInputIsRefusedAndNothingIsWritten() throws IOException {
    Path good = write(Map.of("vectors", NpyArray.ofFloats(new double[8], 2, 2, 2)));
    refused("unknown op 'gramm'", "gramm", good);
    refused("unknown parameter 'rigde'", "logdet", good, "-p", "rigde=1");
    refused("'ridge' must be", "logdet", good, "-p", "ridge=-1");
    refused("'ridge' must be", "logdet", good, "-p", "ridge=few");
    Path tall = write(Map.of("vectors", NpyArray.ofFloats(new double[6], 1, 3, 2)));
    refused("k = 3 vectors in d = 2 dimensions are always dependent", "logdet", tall);
    refused("unknown dtype 'f8'", "gram", good, "--dtype", "f8");
    refused("does not exist", "gram", folder.resolve("none.npz"));
    refused("unknown input 'anchor'", "gram", write(anchors(2, 2)));
    refused(
        "expected input modality1",
        "contrastive",
        write(Map.of("anchor", NpyArray.ofFloats(new double[4], 2, 2))));
    refused(
        "'vectors' has shape [2, 4]",
        "gram",
        write(Map.of("vectors", NpyArray.ofFloats(new double[8], 2, 4))));
    refused(
        "k = 17", "gram", write(Map.of("vectors", NpyArray.ofFloats(new double[17], 1, 17, 1))));
    Map<String, NpyArray> floatLabels = anchors(2, 2);
    floatLabels.put("labels", NpyArray.ofFloats(new double[] {0, 1}, 2));
    refused("expected integers", "topk", write(floatLabels), "-p", "similarity=cosine");
    Map<String, NpyArray> wideLabels = anchors(2, 2);
    wideLabels.put("labels", NpyArray.ofIntegers(new long[] {0, 1L << 40}, 2));
    refused("beyond 32 bits", "topk", write(wideLabels), "-p", "similarity=cosine");
  }

  @Test
  void unknownAndUnavailableBackendsAreRefused() throws IOException {
    Path in = write(Map.of("vectors", NpyArray.ofFloats(new double[8], 2, 2, 2)));
    CommandRun.of("run", "gram", in.toString(), out.toString(), "--backend", "abacus")
        .assertRefused("unknown backend 'abacus'");
    assertThat(out).doesNotExist();
  }

  @Test
  void helpListsTheOpsAndDescribesEach() {
    String all = CommandRun.of("run", "--help").assertDone().out();
    assertThat(all).contains("index.json", "--dtype");
    for (Op op : Ops.all()) {
      assertThat(all).contains(op.name());
      String one = CommandRun.of("run", "--help", op.name()).assertDone().out();
      assertThat(one).startsWith(op.name() + ": " + op.summary());
      op.signature(Specs.of(Map.of())).arguments().stream()
          .filter(argument -> argument.kind() != Signature.Kind.MASK)
          .forEach(argument -> assertThat(one).contains(argument.name() + " ["));
      for (Ops.Parameter parameter : Ops.parameters(op.name(), Map.of())) {
        assertThat(one).contains(parameter.name() + "=" + parameter.value());
      }
    }
  }

  @Test
  void helpOfAnOpFollowsItsParameters() {
    assertThat(CommandRun.of("run", "--help", "contrastive").assertDone().out())
        .contains("modality2 [B2, d]", "temperature=0.07", "one of infonce, sigmoid");
    assertThat(
            CommandRun.of("run", "-h", "contrastive", "-p", "similarity=cosine").assertDone().out())
        .contains("modality1 [B2, d]")
        .doesNotContain("modality2");
    assertThat(
            CommandRun.of("run", "contrastive", "--help", "-p", "objective=sigmoid")
                .assertDone()
                .out())
        .contains("scale=10")
        .doesNotContain("temperature");
    CommandRun.of("run", "--help", "contrastve")
        .assertRefused("unknown op 'contrastve'; expected one of clip-matched");
  }

  @Test
  void whatWasWrittenIsTold() throws IOException {
    Path in = write(Map.of("vectors", NpyArray.ofFloats(new double[] {1, 0, 0, 1}, 1, 2, 2)));
    assertThat(run("gram", in).out())
        .isEqualToIgnoringNewLines(
            "wrote " + out + ": gram, on " + "reference (float64 in plain Java)");
  }

  @Test
  void slipsOfTheKeyboardGetTheNearestName() {
    CommandRun.of("inof").assertRefused("did you mean 'info'?");
    CommandRun.of("run", "--bckend", "cpu").assertRefused("did you mean '--backend'?");
    CommandRun.of("run", "gram", "a", "b", "--dtype", "fp16").assertRefused("did you mean 'f16'?");
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    Path in = write(Map.of("vectors", NpyArray.ofFloats(new double[8], 2, 2, 2)));
    byte[] bytes = Files.readAllBytes(in);
    Files.write(in, Arrays.copyOf(bytes, bytes.length / 2));
    refused("cannot be read as an npz file", "gram", in);
  }

  @Test
  void valuesThatAreNotFiniteAreRefusedWhereCheckingIsAskedFor() throws IOException {
    double[] vectors = {1, Double.NaN, 0, 1};
    Path in = write(Map.of("vectors", NpyArray.ofFloats(vectors, 1, 2, 2)));
    refused("NaN in 'vectors' at element 1", "gram", in, "--check-finite");
    assertThat(run("gram", in).code()).isZero();
    assertThat(NpzFormat.read(out).get("gram").toDoubles()[0]).isNaN();
  }

  @Test
  void badCommandLinesAreRefused() throws IOException {
    Path in = write(anchors(2, 2));
    CommandRun.of("run").assertRefused("expected OP IN.npz OUT.npz");
    CommandRun.of("run", "gram", in.toString()).assertRefused("expected OP IN.npz OUT.npz");
    CommandRun.of("run", "gram", in.toString(), out.toString(), "-p", "ridge").assertRefused("-p");
    CommandRun.of("run", "gram", in.toString(), folder + "/no/out.npz")
        .assertRefused("no such folder");
    CommandRun.of("run", "gram", in.toString(), folder.toString()).assertRefused("a folder itself");
    CommandRun.of("run", "--cases", folder.toString()).assertRefused("--out");
    CommandRun.of("walk").assertRefused("walk");
  }

  @Test
  void casesRunAndThoseThatCannotAreNamed() throws IOException {
    Path cases = Files.createDirectory(folder.resolve("cases"));
    NpzFormat.write(
        cases.resolve("good.npz"),
        Map.of("in.vectors", NpyArray.ofFloats(new double[] {3, 4}, 1, 1, 2)));
    NpzFormat.write(
        cases.resolve("bad.npz"), Map.of("in.vectors", NpyArray.ofFloats(new double[2], 2)));
    Files.writeString(
        cases.resolve("index.json"),
        """
        [{"name": "good", "op": "volume", "params": {"normalize": false}},
         {"name": "bad", "op": "gram", "params": {}},
         {"name": "gone", "op": "gram", "params": {}},
         {"name": "new", "op": "holonomy", "params": {}}]
        """);
    Path results = folder.resolve("results");
    CommandRun run =
        CommandRun.of(
            "run",
            "--cases",
            cases.toString(),
            "--out",
            results.toString(),
            "--backend",
            "reference");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("bad: could not run: gram: 'vectors' has shape [2]")
        .contains("gone: could not run:")
        .contains("new: could not run: unknown op 'holonomy'")
        .contains("1 of 4 cases ran");
    assertThat(NpzFormat.read(results.resolve("good.npz")).get("volume").toDoubles())
        .containsExactly(5);
    try (Stream<Path> files = Files.list(results)) {
      assertThat(files).containsExactly(results.resolve("good.npz"));
    }
  }

  @Test
  void malformedIndexesAreRefused() throws IOException {
    String results = folder.resolve("results").toString();
    for (String index :
        List.of(
            "{",
            "3",
            "null",
            "[{\"name\": \"a\\u0000\", \"op\": \"gram\"}]",
            "[{\"name\": \"a\"}]",
            "[{\"name\": \"../a\", \"op\": \"gram\"}]",
            "[[]]")) {
      Files.writeString(folder.resolve("index.json"), index);
      CommandRun.of("run", "--cases", folder.toString(), "--out", results)
          .assertRefused("index.json");
    }
    Path empty = Files.createDirectory(folder.resolve("empty"));
    CommandRun.of("run", "--cases", empty.toString(), "--out", results)
        .assertRefused("index.json does not exist");
    assertThat(Path.of(results)).doesNotExist();
  }

  @Test
  void inputsAreNotWrittenOver() throws IOException {
    Path in = write(Map.of("vectors", NpyArray.ofFloats(new double[8], 2, 2, 2)));
    byte[] before = Files.readAllBytes(in);
    Path link = Files.createSymbolicLink(folder.resolve("link.npz"), in);
    for (Path target :
        List.of(in, link, folder.resolve("../" + folder.getFileName() + "/in.npz"))) {
      CommandRun.of("run", "gram", in.toString(), target.toString())
          .assertRefused("another place for results");
    }
    Files.writeString(
        folder.resolve("index.json"), "[{\"name\": \"in\", \"op\": \"gram\", \"params\": {}}]");
    CommandRun.of("run", "--cases", folder.toString(), "--out", folder + "/.")
        .assertRefused("another place for results");
    Path results = Files.createDirectory(folder.resolve("results"));
    Files.createSymbolicLink(results.resolve("in.npz"), in);
    CommandRun.of("run", "--cases", folder.toString(), "--out", results.toString())
        .assertRefused("another place for results");
    assertThat(in).hasBinaryContent(before);
  }

  @Test
  void namesFromFilesDoNotReachTheTerminalAsTheyAre() throws IOException {
    Path in = write(Map.of("\u001b[31mx\u202e", NpyArray.ofFloats(new double[1], 1)));
    CommandRun run = run("gram", in);
    run.assertRefused("\\u001b[31mx\\u202e");
    assertThat(run.err()).doesNotContain("\u001b");
  }

  @Test
  void pathsThatAreNoneAreRefused() throws IOException {
    Path in = write(Map.of("vectors", NpyArray.ofFloats(new double[8], 2, 2, 2)));
    CommandRun.of("run", "gram", in.toString(), "a\0b").assertRefused("is no path");
  }

  private void refused(String complaint, String op, Path in, String... more) {
    run(op, in, more).assertRefused(complaint);
    assertThat(out).doesNotExist();
  }

  private CommandRun run(String op, Path in, String... more) {
    String[] fixed = {"run", op, in.toString(), out.toString(), "--backend", "reference"};
    return CommandRun.of(Stream.of(fixed, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private Path write(Map<String, NpyArray> arrays) throws IOException {
    Path file = folder.resolve("in.npz");
    NpzFormat.write(file, arrays);
    return file;
  }

  private static Map<String, NpyArray> anchors(int rows, int d) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    for (String name : List.of("anchor", "modality1")) {
      double[] values = new double[rows * d];
      Arrays.setAll(values, i -> Math.sin(i * (arrays.size() + 2.0) + 1));
      arrays.put(name, NpyArray.ofFloats(values, rows, d));
    }
    return arrays;
  }
}
