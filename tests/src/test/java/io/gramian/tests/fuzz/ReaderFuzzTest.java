package io.gramian.tests.fuzz;

import com.sun.management.ThreadMXBean;
import io.gramian.cli.UserException;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpyFormat;
import io.gramian.cli.npz.NpzException;
import io.gramian.cli.npz.NpzFormat;
import io.gramian.emoji.checkpoints.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged and made-up files: values or an error of the reader, in memory that grows with the file
 * and not with what the file claims. Bounded like {@link ApiFuzzTest}.
 */
final class ReaderFuzzTest {
  private static final long SECONDS = Long.getLong("gramian.fuzz.seconds", 5);
  private static final long SEED = Long.getLong("gramian.fuzz.seed", 1);

  /** What zip and JSON readers take for themselves, whatever the file. */
  private static final long MOST_BYTES = 8 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /** Makes a file of bytes. */
  private interface Maker {
    byte[] make(Random random) throws IOException;
  }

  /** Reads a file and raises nothing but errors of its own. */
  private interface Reader {
    void read(Path file) throws IOException;
  }

  private void look(Maker maker, Reader reader) throws IOException {
    Path file = folder.resolve("file");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    long seed = SEED;
    do {
      byte[] bytes = maker.make(new Random(seed++));
      Files.write(file, bytes);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        reader.read(file);
      } catch (Throwable e) {
        throw new AssertionError("seed " + (seed - 1) + ": " + shown(bytes), e);
      }
      long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (taken > MOST_BYTES) {
        throw new AssertionError(
            "seed " + (seed - 1) + " took " + taken + " bytes: " + shown(bytes));
      }
    } while (System.nanoTime() < end);
  }

  private static String shown(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 2000));
  }

  @Test
  void damagedNpzFiles() throws IOException {
    Path whole = folder.resolve("whole.npz");
    NpzFormat.write(
        whole,
        Map.of(
            "a", NpyArray.ofFloats(new double[] {1, 2, 3, 4}, 2, 2),
            "b", NpyArray.ofIntegers(new long[] {5}, 1)));
    byte[] bytes = Files.readAllBytes(whole);
    look(random -> damaged(bytes, random), ReaderFuzzTest::readNpz);
  }

  @Test
  void wholeArchivesOfMadeUpArrays() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    NpyFormat.write(whole, NpyArray.ofFloats(new double[] {1, 2, 3, 4}, 2, 2));
    look(
        random ->
            archive(
                random.nextBoolean() ? damaged(whole.toByteArray(), random) : madeUp(random),
                random),
        ReaderFuzzTest::readNpz);
  }

  @Test
  void damagedCheckpoints() throws IOException {
    Path whole = folder.resolve("whole");
    new Checkpoint(
            Map.of("--seed", "0"),
            7,
            List.of(),
            Map.of("a", new float[] {1, 2, 3}, "b", new float[0]))
        .write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    look(
        random -> {
          byte[] changed = damaged(bytes, random);
          return random.nextBoolean() ? changed : withChecksum(changed);
        },
        file -> {
          try {
            Checkpoint.read(file);
          } catch (UserException e) {
            requireOneLine(e.getMessage());
          }
        });
  }

  private static void readNpz(Path file) throws IOException {
    try {
      NpzFormat.read(file).values().forEach(NpyArray::toDoubles);
    } catch (NpzException e) {
      requireOneLine(e.getMessage());
    }
  }

  private static void requireOneLine(String message) {
    if (message == null || message.isBlank()) {
      throw new AssertionError("an error without a message");
    }
  }

  /** Some bytes changed, a part doubled, cut out or set to what numbers are at their ends. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(bytes, at, Math.min(at + 4, bytes.length), (byte) -1);
        case 3 -> bytes[at] = (byte) "0123456789-(){}[],:'\"L\\\0".charAt(random.nextInt(24));
        case 4 -> bytes = Arrays.copyOf(bytes, Math.max(at, 1));
        default -> {
          int length = random.nextInt(bytes.length - at) + 1;
          byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
          System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }

  private static byte[] withChecksum(byte[] bytes) {
    if (bytes.length < 4) {
      return bytes;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  private static byte[] archive(byte[] array, Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(random.nextInt(10));
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(array);
    }
    return bytes.toByteArray();
  }

  /** An array whose header is put together of what headers have. */
  private static byte[] madeUp(Random random) throws IOException {
    StringBuilder header = new StringBuilder();
    for (int parts = random.nextInt(4); parts >= 0; parts--) {
      header.append(
          "{'descr': %s, 'fortran_order': %s, 'shape': %s%s"
              .formatted(
                  one(random, "'<f8'", "'<f4'", "'|u1'", "'>i2'", "'<U9'", "'f'", "[('a', '<f4')]"),
                  one(random, "False", "True", "0", "None", "[]"),
                  shape(random),
                  one(random, "}", ", }", "", "}}", ", 'more': {}}")));
      if (random.nextInt(4) > 0) {
        break;
      }
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) random.nextInt(4), 0});
    int length = random.nextInt(8) == 0 ? random.nextInt() : text.length;
    bytes.write(length);
    bytes.write(length >> 8);
    if (random.nextInt(3) == 0) {
      bytes.write(length >> 16);
      bytes.write(length >> 24);
    }
    bytes.write(text);
    bytes.write(new byte[random.nextInt(64)]);
    return bytes.toByteArray();
  }

  private static String shape(Random random) {
    StringBuilder shape = new StringBuilder("(");
    for (int rank = random.nextInt(5); rank > 0; rank--) {
      shape
          .append(
              one(random, "0", "1", "2", "3L", "-1", "2000000000", "9223372036854775807", "1e9"))
          .append(",");
    }
    return random.nextInt(10) == 0 ? "(".repeat(50_000) : shape.append(")").toString();
  }

  private static String one(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }
}
