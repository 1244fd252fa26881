package io.gramian.torch.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.GradientCollector;
import io.gramian.DType;
import io.gramian.Outputs;
import io.gramian.op.Loss;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.Libtorches;
import io.gramian.torch.Session;
import io.gramian.torch.TorchBridge;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;

/** Work with arrays of DJL. */
final class DjlSession implements Session<NDArray> {
  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector();

  @Override
  public NDArray tensor(DType dtype, float[] values, long... shape) {
    NDArray array = manager.create(values, new Shape(shape));
    return switch (dtype) {
      case F64 -> array.toType(DataType.FLOAT64, false);
      case F32 -> array;
      // DJL has the name of this type but cannot make arrays of it; models bring them along.
      case BF16 -> adopt(Libtorches.toBfloat16(((PtNDArray) array).getHandle(), shape));
      case F16 -> array.toType(DataType.FLOAT16, false);
      case I32 -> array.toType(DataType.INT32, false);
    };
  }

  private NDArray adopt(long handle) {
    return new PtNDArray((PtNDManager) manager, handle);
  }

  @Override
  public NDArray longs(long... values) {
    return manager.create(values);
  }

  @Override
  public NDArray requireGradient(NDArray leaf) {
    leaf.setRequiresGradient(true);
    return leaf;
  }

  @Override
  public NDArray gradient(NDArray leaf) {
    return leaf.getGradient();
  }

  @Override
  public float[] values(NDArray array) {
    return array.stopGradient().toType(DataType.FLOAT32, false).toFloatArray();
  }

  @Override
  public long address(NDArray array) {
    // A direct buffer shares the memory of the array; DJL has no other way to its address.
    ByteBuffer buffer = array.toByteBuffer(true);
    if (!buffer.isDirect()) {
      throw new AssertionError("DJL copied " + array.getShape());
    }
    return MemorySegment.ofBuffer(buffer).address();
  }

  @Override
  public NDArray product(NDArray left, NDArray right) {
    return left.matMul(right);
  }

  @Override
  public NDArray sum(NDArray left, NDArray right) {
    return left.add(right);
  }

  @Override
  public NDArray scaled(NDArray array, double factor) {
    return array.mul(factor);
  }

  @Override
  public NDArray columns(NDArray matrix, int from, int to) {
    return matrix.get(new NDIndex(":, " + from + ":" + to));
  }

  @Override
  public NDArray everyOtherRow(NDArray matrix) {
    return matrix.get(new NDIndex("::2"));
  }

  @Override
  public NDArray transposed(NDArray matrix) {
    return matrix.transpose();
  }

  @Override
  public NDArray repeated(NDArray row, int count) {
    return row.broadcast(count, row.getShape().get(1));
  }

  @Override
  public NDArray gramExpression(Map<String, NDArray> inputs) {
    return new GramExpression().loss(inputs);
  }

  @Override
  public void backward(NDArray loss) {
    collector.backward(loss);
  }

  @Override
  public Outputs<NDArray> backward(
      TorchBridge<NDArray> bridge, Loss op, Map<String, NDArray> inputs) {
    return ((DjlBridge) bridge).backward(collector, op, inputs);
  }

  @Override
  public void close(NDArray array) {
    array.close();
  }

  @Override
  public void close() {
    collector.close();
    manager.close();
  }
}
