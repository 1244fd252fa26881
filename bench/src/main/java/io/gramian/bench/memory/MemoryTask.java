package io.gramian.bench.memory;

import io.gramian.bench.cases.CaseShape;
import java.util.List;

/**
 * A run whose memory is to be measured, as arguments of a process.
 *
 * @param side name of a backend, or key of a peer
 * @param threads of it
 * @param blas of PyTorch, or {@code any}
 * @param shape what is run
 */
public record MemoryTask(String side, int threads, String blas, CaseShape shape) {
  /** As words. */
  List<String> encode() {
    return List.of(
        side,
        Integer.toString(threads),
        blas,
        shape.op(),
        shape.variant(),
        shape.pass(),
        Integer.toString(shape.batch()),
        Integer.toString(shape.modalities()),
        Integer.toString(shape.dimension()));
  }

  /** From words. */
  static MemoryTask decode(List<String> words) {
    CaseShape shape =
        new CaseShape(
            words.get(3),
            words.get(4),
            words.get(5),
            Integer.parseInt(words.get(6)),
            Integer.parseInt(words.get(7)),
            Integer.parseInt(words.get(8)));
    return new MemoryTask(words.get(0), Integer.parseInt(words.get(1)), words.get(2), shape);
  }
}
