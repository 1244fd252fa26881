package io.gramian.torch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.DType;
import io.gramian.op.Contrastive;
import io.gramian.op.Loss;
import io.gramian.op.Similarity;
import io.gramian.testing.NativeMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No native memory is left behind. The heap of the test JVM is fixed and touched beforehand. */
public abstract class MemoryContract<T> {
  private static final Loss GRAM = new Contrastive(Similarity.volume());
  private static final int BATCH = 16;
  private static final int DIMENSION = 64;

  /** More than there are plans kept. */
  private static final int SIZES = 40;

  /** So that fewer batches show what is left behind. */
  private static final int LONG = 256;

  private final Stack<T> stack;

  protected MemoryContract(Stack<T> stack) {
    this.stack = stack;
  }

  @BeforeEach
  final void natives() {
    stack.assumeNatives();
    assumeTrue(NativeMemory.isShown(), "this system shows no memory");
  }

  @Test
  final void tenThousandStepsLeaveNothingBehind() {
    try (TorchBridge<T> bridge = stack.open(null)) {
      NativeMemory.assertSteady(
          BATCH * DIMENSION * Float.BYTES, step -> train(bridge, step % 2 == 0));
    }
  }

  @Test
  final void batchesOfManySizesLeaveNothingBehind() {
    try (TorchBridge<T> bridge = stack.open(null)) {
      NativeMemory.assertSteady(
          1_000, 2_000, SIZES / 2 * LONG * Float.BYTES, step -> ofSize(bridge, 2 + step % SIZES));
    }
  }

  private void ofSize(TorchBridge<T> bridge, int batch) {
    try (Session<T> session = stack.session()) {
      bridge.lossAndGradients(GRAM, session.tuples(DType.F32, batch, LONG, 2)).close();
    }
  }

  /**
   * Both ways to autograd; the result is closed in the one and left to the session in the other.
   */
  private void train(TorchBridge<T> bridge, boolean backward) {
    try (Session<T> session = stack.session()) {
      Map<String, T> heads = heads(session);
      if (backward) {
        session.backward(bridge, GRAM, heads).close();
      } else {
        session.backward(bridge.loss(GRAM, heads));
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
