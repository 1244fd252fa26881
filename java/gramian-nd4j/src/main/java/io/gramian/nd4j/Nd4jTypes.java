package io.gramian.nd4j;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import java.util.Arrays;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Translates between ND4J's terms and Gramian's. */
final class Nd4jTypes {
  private static final Map<DataType, DType> DTYPES =
      Map.of(
          DataType.DOUBLE, DType.F64,
          DataType.FLOAT, DType.F32,
          DataType.BFLOAT16, DType.BF16,
          DataType.FLOAT16, DType.F16,
          DataType.INT32, DType.I32);

  private Nd4jTypes() {}

  /**
   * The element type of an array.
   *
   * @param name of the array, for the message
   * @throws ShapeException if it is none that Gramian takes
   */
  static DType dtype(String name, DataType type) {
    DType dtype = DTYPES.get(type);
    if (dtype == null) {
      throw new ShapeException(
          "'"
              + name
              + "' has element type "
              + type
              + "; expected one of DOUBLE, FLOAT, BFLOAT16, FLOAT16, INT32 (labels are INT32, masks"
              + " are floating-point)");
    }
    return dtype;
  }

  /** ND4J's name of an element type. */
  static DataType type(DType dtype) {
    return switch (dtype) {
      case F64 -> DataType.DOUBLE;
      case F32 -> DataType.FLOAT;
      case BF16 -> DataType.BFLOAT16;
      case F16 -> DataType.FLOAT16;
      case I32 -> DataType.INT32;
    };
  }

  /**
   * Element type, shape and strides of an array.
   *
   * @param name of the array, for the message
   * @throws ShapeException if the element type is none of ours, or rows overlap or are not dense,
   *     as those of an array of order 'f'
   */
  static TensorSpec spec(String name, INDArray array) {
    DType dtype = dtype(name, array.dataType());
    long[] shape = array.shape();
    try {
      return TensorSpec.strided(dtype, shape, array.stride());
    } catch (ShapeException e) {
      throw new ShapeException(
          "'"
              + name
              + "' has order '"
              + array.ordering()
              + "', shape "
              + Arrays.toString(shape)
              + " and strides "
              + Arrays.toString(array.stride())
              + "; expected a last dimension of stride 1 and rows that do not overlap; dup('c')"
              + " makes a dense copy");
    }
  }

  /** Address of the first element. */
  static long address(INDArray array) {
    return array.data().address() + array.offset() * array.data().getElementSize();
  }
}
