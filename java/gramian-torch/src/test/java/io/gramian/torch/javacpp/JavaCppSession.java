package io.gramian.torch.javacpp;

import io.gramian.DType;
import io.gramian.Outputs;
import io.gramian.op.Loss;
import io.gramian.torch.JavaCppBridge;
import io.gramian.torch.Session;
import io.gramian.torch.TorchBridge;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Work with tensors of JavaCPP. */
final class JavaCppSession implements Session<Tensor> {
  private final PointerScope scope = new PointerScope();

  @Override
  public Tensor tensor(DType dtype, float[] values, long... shape) {
    ScalarType type =
        switch (dtype) {
          case F64 -> ScalarType.Double;
          case F32 -> ScalarType.Float;
          case BF16 -> ScalarType.BFloat16;
          case F16 -> ScalarType.Half;
          case I32 -> ScalarType.Int;
        };
    return torch.tensor(values).reshape(shape).to(type);
  }

  @Override
  public Tensor longs(long... values) {
    return torch.tensor(values, new TensorOptions(ScalarType.Long));
  }

  @Override
  public Tensor requireGradient(Tensor leaf) {
    return leaf.set_requires_grad(true);
  }

  @Override
  public Tensor gradient(Tensor leaf) {
    return leaf.grad();
  }

  @Override
  public float[] values(Tensor tensor) {
    Tensor packed = tensor.detach().to(ScalarType.Float).contiguous();
    float[] values = new float[Math.toIntExact(packed.numel())];
    packed.data_ptr_float().get(values);
    return values;
  }

  @Override
  public long address(Tensor tensor) {
    return tensor.data_ptr().address();
  }

  @Override
  public Tensor product(Tensor left, Tensor right) {
    return torch.matmul(left, right);
  }

  @Override
  public Tensor sum(Tensor left, Tensor right) {
    return left.add(right);
  }

  @Override
  public Tensor scaled(Tensor tensor, double factor) {
    return tensor.mul(new Scalar(factor));
  }

  @Override
  public Tensor columns(Tensor matrix, int from, int to) {
    return matrix.slice(1, new LongOptional(from), new LongOptional(to), 1);
  }

  @Override
  public Tensor everyOtherRow(Tensor matrix) {
    return matrix.slice(0, new LongOptional(0), new LongOptional(matrix.size(0)), 2);
  }

  @Override
  public Tensor transposed(Tensor matrix) {
    return matrix.t();
  }

  @Override
  public Tensor repeated(Tensor row, int count) {
    return row.expand(count, row.size(1));
  }

  @Override
  public Tensor gramExpression(Map<String, Tensor> inputs) {
    return GramExpression.loss(inputs);
  }

  @Override
  public void backward(Tensor loss) {
    loss.backward();
  }

  @Override
  public Outputs<Tensor> backward(TorchBridge<Tensor> bridge, Loss op, Map<String, Tensor> inputs) {
    return ((JavaCppBridge) bridge).backward(op, inputs);
  }

  @Override
  public void close(Tensor tensor) {
    tensor.close();
  }

  @Override
  public void close() {
    scope.close();
  }
}
