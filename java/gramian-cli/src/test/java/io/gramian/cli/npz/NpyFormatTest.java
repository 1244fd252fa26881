package io.gramian.cli.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NpyFormatTest {
  @Test
  void writesAndReadsFloats() throws IOException {
    NpyArray array = NpyArray.ofFloats(new double[] {1.5, -0.0, Double.NaN, 1e300, 5, 6}, 2, 3);
    NpyArray again = roundTrip(array);
    assertThat(again.shape()).containsExactly(2, 3);
    assertThat(again.isInteger()).isFalse();
    assertThat(again.toDoubles()).containsExactly(array.toDoubles());
  }

  @Test
  void writesAndReadsIntegersExactly() throws IOException {
    NpyArray again = roundTrip(NpyArray.ofIntegers(new long[] {Long.MAX_VALUE, -1, 0}, 3));
    assertThat(again.isInteger()).isTrue();
    assertThat(again.toLongs()).containsExactly(Long.MAX_VALUE, -1, 0);
  }

  @Test
  void writesAndReadsScalarsAndEmptyArrays() throws IOException {
    assertThat(roundTrip(NpyArray.ofFloats(new double[] {3}))).returns(0, NpyArray::rank);
    assertThat(roundTrip(NpyArray.ofFloats(new double[0], 0, 4)).shape()).containsExactly(0, 4);
  }

  @Test
  void writesMoreThanOneBuffer() throws IOException {
    double[] values = new double[100_003];
    Arrays.setAll(values, i -> Math.sin(i));
    assertThat(roundTrip(NpyArray.ofFloats(values, values.length)).toDoubles()).isEqualTo(values);
  }

  @Test
  void headerIsAlignedAsNumpyWritesIt() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyFormat.write(out, NpyArray.ofFloats(new double[] {1, 2}, 2));
    byte[] bytes = out.toByteArray();
    assertThat((bytes.length - 16) % 64).isZero();
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
        .contains("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }");
    assertThat(NpyFormat.encodedBytes(NpyArray.ofFloats(new double[] {1, 2}, 2)))
        .isEqualTo(bytes.length);
  }

  @Test
  void readsNarrowTypes() throws IOException {
    assertThat(read("<f4", "(2,)", false, le(8).putFloat(1.5f).putFloat(-2)).toDoubles())
        .containsExactly(1.5, -2);
    assertThat(read("<f2", "(2,)", false, le(4).putShort((short) 0x3E00).putShort((short) 0xC000)))
        .satisfies(a -> assertThat(a.toDoubles()).containsExactly(1.5, -2));
    assertThat(read("<i4", "(2,)", false, le(8).putInt(7).putInt(-7)).toLongs())
        .containsExactly(7, -7);
    assertThat(read("|u1", "(2,)", false, le(2).put((byte) 200).put((byte) 1)).toLongs())
        .containsExactly(200, 1);
    assertThat(read("|b1", "(2,)", false, le(2).put((byte) 1).put((byte) 0)).toLongs())
        .containsExactly(1, 0);
  }

  @Test
  void readsBigEndian() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).putDouble(1.25).putDouble(-8);
    assertThat(read(">f8", "(2,)", false, data).toDoubles()).containsExactly(1.25, -8);
  }

  @Test
  void turnsFortranOrderIntoRowMajor() throws IOException {
    ByteBuffer data = le(6 * 8);
    for (double value : new double[] {0, 3, 1, 4, 2, 5}) {
      data.putDouble(value);
    }
    NpyArray array = read("<f8", "(2, 3)", true, data);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.toDoubles()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> NpyFormat.read(new ByteArrayInputStream(new byte[20])))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("magic");
    assertThatThrownBy(() -> read("<f8", "(3,)", false, le(16)))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("cut short");
    assertThatThrownBy(() -> read("|O", "(3,)", false, le(16)))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("Python objects");
    assertThatThrownBy(() -> read("<c16", "(1,)", false, le(16)))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("'<c16' is not supported");
    assertThatThrownBy(() -> read("<f8", "(70000, 70000)", false, le(16)))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("at most 2147483639 are read");
    assertThatThrownBy(() -> read("<f8", "(-1,)", false, le(16)))
        .isInstanceOf(NpzException.class)
        .hasMessageContaining("negative");
  }

  private static ByteBuffer le(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static NpyArray read(String type, String shape, boolean fortran, ByteBuffer data)
      throws IOException {
    String header =
        "{'descr': '"
            + type
            + "', 'fortran_order': "
            + (fortran ? "True" : "False")
            + ", 'shape': "
            + shape
            + ", }\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(NpyFormat.MAGIC);
    out.write(new byte[] {1, 0, (byte) header.length(), 0});
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.write(data.array());
    return NpyFormat.read(new ByteArrayInputStream(out.toByteArray()));
  }

  private static NpyArray roundTrip(NpyArray array) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyFormat.write(out, array);
    return NpyFormat.read(new ByteArrayInputStream(out.toByteArray()));
  }
}
