package io.gramian.cuda.sample;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * The parameter of the per-sample kernels, struct {@code SampleParams} of
 * kernels/include/gramian/sample/params.cuh.
 *
 * @param memory where it is written
 */
public record SampleParameter(MemorySegment memory) {
  /** Size of the struct. */
  public static final long BYTES = 136;

  /** Rows may be read and written 16 bytes at a time. */
  static final int VECTOR_ACCESS = 1;

  /** Gradients are added to what is there. */
  static final int ACCUMULATE = 2;

  /** Gradients are float although the vectors are not. */
  static final int FLOAT_GRADIENT = 4;

  /** The vectors are made unit first. */
  public static final int NORMALIZE = 8;

  private static final long VECTORS = 0;
  private static final long OUTPUT = 8;
  private static final long GRAD_OUTPUT = 16;
  private static final long GRAD_VECTORS = 24;
  private static final long VECTORS_STRIDES = 32;
  private static final long GRAD_VECTORS_STRIDES = 48;
  private static final long OUTPUT_STRIDES = 64;
  private static final long GRAD_OUTPUT_STRIDES = 80;
  private static final long BATCH = 96;
  private static final long K = 104;
  private static final long D = 108;
  private static final long FLAGS = 112;
  private static final long STAGE_CHUNKS = 116;
  private static final long RIDGE = 120;
  private static final long MIN_VOLUME = 128;

  void sizes(long batch, int k, int d) {
    memory.set(JAVA_LONG, BATCH, batch);
    memory.set(JAVA_INT, K, k);
    memory.set(JAVA_INT, D, d);
  }

  /** How many chunks of a row shared memory has room for. */
  void stageChunks(int chunks) {
    memory.set(JAVA_INT, STAGE_CHUNKS, chunks);
  }

  /** A spec may be null here and below; its strides are zero then. */
  void vectors(TensorSpec spec) {
    strides(VECTORS_STRIDES, spec);
  }

  void output(TensorSpec spec) {
    strides(OUTPUT_STRIDES, spec);
  }

  void gradOutput(TensorSpec spec) {
    strides(GRAD_OUTPUT_STRIDES, spec);
  }

  void gradVectors(TensorSpec spec) {
    strides(GRAD_VECTORS_STRIDES, spec);
  }

  void scalars(double ridge, double minVolume) {
    memory.set(JAVA_DOUBLE, RIDGE, ridge);
    memory.set(JAVA_DOUBLE, MIN_VOLUME, minVolume);
  }

  /** What changes from run to run: device addresses, 0 for a tensor that is not there. */
  void bind(long vectors, long output, long gradOutput, long gradVectors, int flags) {
    memory.set(JAVA_LONG, VECTORS, vectors);
    memory.set(JAVA_LONG, OUTPUT, output);
    memory.set(JAVA_LONG, GRAD_OUTPUT, gradOutput);
    memory.set(JAVA_LONG, GRAD_VECTORS, gradVectors);
    memory.set(JAVA_INT, FLAGS, flags);
  }

  /** Of the batch axis and, where there is one, of the row axis. */
  private void strides(long offset, TensorSpec spec) {
    if (spec != null) {
      memory.set(JAVA_LONG, offset, spec.stride(0));
      memory.set(JAVA_LONG, offset + Long.BYTES, spec.rank() > 1 ? spec.stride(1) : 0);
    }
  }
}
