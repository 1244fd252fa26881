package io.gramian.tensorflow;

import io.gramian.DType;
import io.gramian.GramianException;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Translates between TensorFlow's terms and Gramian's. */
final class TensorFlowTypes {
  private TensorFlowTypes() {}

  /**
   * The element type of a tensor, or that of a variable, which TensorFlow calls a reference.
   *
   * @param name of the tensor, for the message
   * @throws ShapeException if it is none that Gramian takes
   */
  static DType dtype(String name, DataType type) {
    return switch (type) {
      case DT_DOUBLE, DT_DOUBLE_REF -> DType.F64;
      case DT_FLOAT, DT_FLOAT_REF -> DType.F32;
      case DT_BFLOAT16, DT_BFLOAT16_REF -> DType.BF16;
      case DT_HALF, DT_HALF_REF -> DType.F16;
      case DT_INT32, DT_INT32_REF -> DType.I32;
      default ->
          throw new ShapeException(
              "'"
                  + name
                  + "' has element type "
                  + type
                  + "; expected one of DT_DOUBLE, DT_FLOAT, DT_BFLOAT16, DT_HALF, DT_INT32 (labels"
                  + " are DT_INT32, masks are floating-point)");
    };
  }

  /** The class of TensorFlow's tensors of an element type. */
  static Class<? extends TType> type(DType dtype) {
    return switch (dtype) {
      case F64 -> TFloat64.class;
      case F32 -> TFloat32.class;
      case BF16 -> TBfloat16.class;
      case F16 -> TFloat16.class;
      case I32 -> TInt32.class;
    };
  }

  /** Element type and shape of a tensor; TensorFlow's are always packed and row-major. */
  static TensorSpec spec(String name, org.tensorflow.Tensor tensor) {
    if (tensor.isSparse()) {
      throw new ShapeException("'" + name + "' is a sparse tensor; expected a dense one");
    }
    return TensorSpec.of(dtype(name, tensor.dataType()), tensor.shape().asArray());
  }

  /** The shape of a spec. */
  static Shape shape(TensorSpec spec) {
    return Shape.of(spec.shape());
  }

  /** Address of the memory of a tensor. */
  static long address(String name, org.tensorflow.Tensor tensor) {
    Long address =
        tensor
            .asRawTensor()
            .data()
            .accept(
                new DataStorageVisitor<Long>() {
                  @Override
                  public Long visit(long address, long length, long scale) {
                    return address;
                  }

                  @Override
                  public Long fallback() {
                    return null;
                  }
                });
    if (address == null) {
      throw new GramianException(
          "'" + name + "' is not in native memory; expected a tensor that TensorFlow allocated");
    }
    return address;
  }
}
