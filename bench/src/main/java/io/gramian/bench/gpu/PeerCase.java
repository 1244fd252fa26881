package io.gramian.bench.gpu;

import com.fasterxml.jackson.jr.ob.JSON;
import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.bench.compare.Check;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpzFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A case as the peers in Python read it: what it is, inputs at full size, and a small case with the
 * results of the reference.
 *
 * @param problem with its inputs
 * @param check the small case
 * @param bound how far off our own results may be
 */
record PeerCase(Problem problem, Check check, Accuracy bound) {
  /** What it is. */
  Subject subject() {
    return problem.subject();
  }

  /** Writes case.json, inputs.npz and check.npz. */
  void write(Path folder) throws IOException {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("op", subject().op());
    about.put("variant", subject().variant());
    about.put("pass", subject().pass());
    about.put("dtype", subject().dtype());
    Files.writeString(folder.resolve("case.json"), JSON.std.asString(about));
    NpzFormat.write(folder.resolve("inputs.npz"), arrays("in.", problem.inputs()));
    Map<String, NpyArray> small = arrays("in.", check.inputs());
    check
        .expected()
        .forEach(
            (name, values) -> small.put("out." + name, NpyArray.ofFloats(values, values.length)));
    NpzFormat.write(folder.resolve("check.npz"), small);
  }

  /** Deletes a folder of a case; null for none. */
  static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, NpyArray> arrays(String prefix, Bindings tensors) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    tensors.asMap().forEach((name, tensor) -> arrays.put(prefix + name, array(tensor)));
    return arrays;
  }

  private static NpyArray array(Tensor tensor) {
    long[] shape = tensor.spec().shape();
    if (tensor.dtype() != DType.I32) {
      return NpyArray.ofFloats(tensor.toDoubles(), shape);
    }
    int[] values = tensor.toInts();
    long[] whole = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      whole[i] = values[i];
    }
    return NpyArray.ofIntegers(whole, shape);
  }
}
