package io.gramian.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.DType;
import io.gramian.op.Contrastive;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No native memory is left behind. The heap of the test JVM is fixed and touched beforehand. */
public abstract class MemoryContract<T> {
  private static final Op GRAM = new Contrastive(Similarity.volume());
  private static final int WARM_STEPS = 2_000;
  private static final int STEPS = 10_000;
  private static final int BATCH = 16;
  private static final int DIMENSION = 64;

  /** One gradient of 4 KiB that is left behind in each step would be 40 MiB. */
  private static final long BOUND = 20L << 20;

  private final Stack<T> stack;

  protected MemoryContract(Stack<T> stack) {
    this.stack = stack;
  }

  @BeforeEach
  final void natives() {
    stack.assumeNatives();
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "this system shows no memory");
  }

  @Test
  final void tenThousandStepsLeaveNothingBehind() throws IOException {
    try (TorchBridge<T> bridge = stack.open(null)) {
      steps(bridge, WARM_STEPS);
      long before = ResidentMemory.bytes();
      steps(bridge, STEPS);
      assertThat(ResidentMemory.bytes() - before).isLessThan(BOUND);
    }
  }

  @Test
  final void batchesOfManySizesLeaveNothingBehind() throws IOException {
    try (TorchBridge<T> bridge = stack.open(null)) {
      sizes(bridge, 10);
      long before = ResidentMemory.bytes();
      sizes(bridge, 4);
      assertThat(ResidentMemory.bytes() - before).isLessThan(BOUND);
    }
  }

  private void sizes(TorchBridge<T> bridge, int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (int batch = 2; batch < 42; batch++) {
        try (Session<T> session = stack.session()) {
          bridge.lossAndGradients(GRAM, session.tuples(DType.F32, batch, DIMENSION, 2)).close();
        }
      }
    }
  }

  /**
   * Both ways to autograd; results are closed in the one half and left to the session in the other.
   */
  private void steps(TorchBridge<T> bridge, int count) {
    for (int i = 0; i < count; i++) {
      try (Session<T> session = stack.session()) {
        Map<String, T> heads = heads(session);
        if (i % 2 == 0) {
          session.backward(bridge, GRAM, heads).close();
        } else {
          session.backward(bridge.loss(GRAM, heads));
        }
      }
    }
  }

  private Map<String, T> heads(Session<T> session) {
    float[] values = new float[DIMENSION * DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101) / 101f - 0.5f;
    }
    T weights = session.requireGradient(session.tensor(DType.F32, values, DIMENSION, DIMENSION));
    Map<String, T> heads = new LinkedHashMap<>();
    for (String name : new String[] {"anchor", "modality1", "modality2"}) {
      float[] rows = java.util.Arrays.copyOf(values, BATCH * DIMENSION);
      rows[heads.size()] = 2;
      heads.put(name, session.product(session.tensor(DType.F32, rows, BATCH, DIMENSION), weights));
    }
    heads.put("temperature", session.scalar(0.2));
    return heads;
  }
}
