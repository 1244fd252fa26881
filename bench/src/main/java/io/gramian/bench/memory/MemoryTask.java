package io.gramian.bench.memory;

import io.gramian.bench.losses.LossShape;
import java.util.List;

/**
 * A run whose memory is to be measured, as arguments of a process.
 *
 * @param backend name of the backend, or {@link #TORCH}
 * @param threads of it
 * @param blas of PyTorch, or {@link #ANY}
 * @param shape what is run
 */
public record MemoryTask(String backend, int threads, String blas, LossShape shape) {
  /** The peer, in place of a backend. */
  public static final String TORCH = "torch";

  /** Whichever BLAS is present. */
  public static final String ANY = "any";

  /** As words. */
  List<String> encode() {
    return List.of(
        backend,
        Integer.toString(threads),
        blas,
        shape.op(),
        Integer.toString(shape.batch()),
        Integer.toString(shape.modalities()),
        Integer.toString(shape.dimension()));
  }

  /** From words. */
  static MemoryTask decode(List<String> words) {
    LossShape shape =
        new LossShape(
            words.get(3),
            Integer.parseInt(words.get(4)),
            Integer.parseInt(words.get(5)),
            Integer.parseInt(words.get(6)));
    return new MemoryTask(words.get(0), Integer.parseInt(words.get(1)), words.get(2), shape);
  }
}
