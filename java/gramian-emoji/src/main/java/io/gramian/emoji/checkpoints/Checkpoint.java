package io.gramian.emoji.checkpoints;

import com.fasterxml.jackson.jr.ob.JSON;
import io.gramian.cli.UserException;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.emoji.measure.EpochReport;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A training as it stands after an epoch, in a file:
 *
 * <pre>
 * gramian checkpoint 1           a line of text
 * {"options": {...}, ...}        a line of JSON in UTF-8: options, steps, reports, and
 *                                "arrays": [{"name": ..., "length": ...}, ...]
 * the arrays in that order, float32, little-endian
 * CRC-32C of all bytes before, 4 bytes, little-endian
 * </pre>
 *
 * @param options what the training was started with, by option
 * @param steps how many were made
 * @param reports of the epochs so far
 * @param arrays all trained values with their moments
 */
public record Checkpoint(
    Map<String, String> options,
    int steps,
    List<EpochReport> reports,
    Map<String, float[]> arrays) {
  private static final String MAGIC = "gramian checkpoint 1";
  private static final int LONGEST_LINE = 1 << 26;
  private static final int CHUNK = 1 << 16;

  /** Writes the file; it appears whole or not at all. */
  public void write(Path file) {
    try {
      AtomicOutput.write(file, this::writeTo);
    } catch (IOException e) {
      throw new UserException("cannot write the checkpoint " + file + " (" + reason(e) + ")", e);
    }
  }

  private void writeTo(OutputStream out) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
    List<Map<String, Object>> index = new ArrayList<>();
    arrays.forEach((name, array) -> index.add(Map.of("name", name, "length", array.length)));
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("options", options);
    header.put("steps", steps);
    header.put("reports", reports.stream().map(ReportJson::toMap).toList());
    header.put("arrays", index);
    String text = MAGIC + "\n" + JSON.std.asString(header) + "\n";
    checked.write(text.getBytes(StandardCharsets.UTF_8));
    for (float[] array : arrays.values()) {
      for (int begin = 0; begin < array.length; begin += CHUNK) {
        int count = Math.min(CHUNK, array.length - begin);
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(array, begin, count);
        checked.write(bytes.array());
      }
    }
    int crc = (int) checked.getChecksum().getValue();
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(crc).array());
  }

  /**
   * Reads a file.
   *
   * @throws UserException if it is missing, no checkpoint or damaged, in one line
   */
  public static Checkpoint read(Path file) {
    try (CheckedInputStream checked =
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), CHUNK), new CRC32C());
        DataInputStream in = new DataInputStream(checked)) {
      if (!MAGIC.equals(line(in, MAGIC.length()))) {
        throw new UserException(file + " is not a checkpoint of ./gramian train");
      }
      Map<String, Object> header = header(line(in, LONGEST_LINE));
      Map<String, float[]> arrays = new LinkedHashMap<>();
      long left = Files.size(file);
      for (Object item : (List<?>) header.get("arrays")) {
        Map<?, ?> entry = (Map<?, ?>) item;
        int length = ((Number) entry.get("length")).intValue();
        left -= 4L * length;
        if (length < 0 || left < 0) {
          throw new EOFException();
        }
        arrays.put((String) entry.get("name"), floats(in, length));
      }
      int crc = (int) checked.getChecksum().getValue();
      if (Integer.reverseBytes(in.readInt()) != crc || in.read() >= 0) {
        throw new UserException(file + " is damaged: its checksum does not match");
      }
      return new Checkpoint(
          ReportJson.strings(header.get("options")),
          ((Number) header.get("steps")).intValue(),
          ((List<?>) header.get("reports")).stream().map(ReportJson::fromMap).toList(),
          arrays);
    } catch (EOFException e) {
      throw new UserException(file + " is damaged: it ends too early", e);
    } catch (IOException e) {
      throw new UserException("cannot read the checkpoint " + file + " (" + reason(e) + ")", e);
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new UserException(file + " is damaged: its header is not that of a checkpoint", e);
    }
  }

  private static Map<String, Object> header(String line) {
    try {
      return JSON.std.mapFrom(line);
    } catch (IOException e) { // of the text, not of the file
      throw new IllegalArgumentException(e);
    }
  }

  private static String line(DataInputStream in, int longest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next; (next = in.read()) != '\n'; ) {
      if (next < 0) {
        throw new EOFException();
      }
      if (bytes.size() >= longest) {
        return null;
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static float[] floats(DataInputStream in, int length) throws IOException {
    float[] array = new float[length];
    byte[] bytes = new byte[4 * Math.min(CHUNK, length)];
    for (int begin = 0; begin < length; begin += CHUNK) {
      int count = Math.min(CHUNK, length - begin);
      in.readFully(bytes, 0, 4 * count);
      ByteBuffer.wrap(bytes, 0, 4 * count)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(array, begin, count);
    }
    return array;
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such file or folder" : e.getMessage();
  }

  /**
   * Refuses a checkpoint of another training.
   *
   * @param file where it came from, for the message
   * @param wanted the options of the training that is to go on
   * @throws UserException if an option differs
   */
  public void requireOptions(Path file, Map<String, String> wanted) {
    wanted.forEach(
        (option, value) -> {
          String was = options.get(option);
          if (was == null) {
            throw new UserException(
                file + " does not say its " + option + ": it is of an older version");
          }
          if (!value.equals(was)) {
            throw new UserException(
                file + " was trained with " + option + " " + was + ", not " + value);
          }
        });
  }
}
