package io.gramian.torch;

import io.gramian.DType;
import io.gramian.Outputs;
import io.gramian.op.Loss;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What tests do with the tensors of a stack, by the stack's own means.
 *
 * @param <T> its tensors
 */
public interface Session<T> extends AutoCloseable {
  /** A tensor of values, rounded to an element type. */
  T tensor(DType dtype, float[] values, long... shape);

  /** A tensor of 64-bit integers, PyTorch's type of labels. */
  T longs(long... values);

  /** The same tensor, which autograd now follows. */
  T requireGradient(T leaf);

  /** What autograd has added up for a leaf. */
  T gradient(T leaf);

  /** All values in row-major order. */
  float[] values(T tensor);

  /** The address of the first element, as the stack gives it. */
  long address(T tensor);

  /** The matrix product. */
  T product(T left, T right);

  /** The sum of two tensors. */
  T sum(T left, T right);

  /** A tensor times a number. */
  T scaled(T tensor, double factor);

  /** A view of some columns of a matrix. */
  T columns(T matrix, int from, int to);

  /** A view of every other row of a matrix. */
  T everyOtherRow(T matrix);

  /** A view with rows and columns exchanged. */
  T transposed(T matrix);

  /** A view of one row as a matrix of equal rows. */
  T repeated(T row, int count);

  /** GRAM's published expression; see the stack's GramExpression. */
  T gramExpression(Map<String, T> inputs);

  /** The stack's own backward pass. */
  void backward(T loss);

  /** The backward pass by the bridge. */
  Outputs<T> backward(TorchBridge<T> bridge, Loss op, Map<String, T> inputs);

  /** Closes one tensor. */
  void close(T tensor);

  /** Frees all tensors of this session. */
  @Override
  void close();

  /** Leaves {@code anchor} and {@code modality1..n} [batch, d], normally distributed. */
  default Map<String, T> tuples(DType dtype, int batch, int d, int modalities) {
    Map<String, T> inputs = new LinkedHashMap<>();
    for (int l = 0; l <= modalities; l++) {
      String name = l == 0 ? "anchor" : "modality" + l;
      T values = tensor(dtype, Values.normal(1 + l, batch * d), batch, d);
      inputs.put(name, requireGradient(values));
    }
    return inputs;
  }

  /** A scalar leaf: a vector of one element, as parameters of models are. */
  default T scalar(double value) {
    return requireGradient(tensor(DType.F32, new float[] {(float) value}, 1));
  }
}
