package io.gramian.bench.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a gzip-compressed tar archive (ustar) that depends on nothing but the names, modes and
 * contents given: all times are the same, and nobody owns the files.
 */
final class TarGz implements AutoCloseable {
  /** The time of every entry, as in the jars of the build. */
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int PREFIX_BYTES = 155;
  private static final int CHECKSUM = 148;

  private final OutputStream out;

  TarGz(OutputStream target) throws IOException {
    out =
        new GZIPOutputStream(target, 1 << 16) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        };
  }

  /** Adds a file. */
  void file(String path, byte[] content, boolean executable) throws IOException {
    header(path, executable ? 0755 : 0644, content.length, '0', "");
    out.write(content);
    out.write(new byte[Math.floorMod(-content.length, BLOCK)]);
  }

  /** Adds a symbolic link. */
  void link(String path, String target) throws IOException {
    header(path, 0777, 0, '2', target);
  }

  @Override
  public void close() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.close();
  }

  private void header(String path, int mode, int size, char type, String target)
      throws IOException {
    byte[] header = new byte[BLOCK];
    int split = 0;
    if (path.length() > NAME_BYTES) {
      split = path.indexOf('/', path.length() - NAME_BYTES - 1);
    }
    String name = split == 0 ? path : path.substring(split + 1);
    String prefix = path.substring(0, Math.max(split, 0));
    if (split < 0 || prefix.length() > PREFIX_BYTES || target.length() > NAME_BYTES) {
      throw new IOException("the name is too long for a tar archive: " + path);
    }
    put(header, 0, name);
    put(header, 100, octal(mode, 7));
    put(header, 108, octal(0, 7));
    put(header, 116, octal(0, 7));
    put(header, 124, octal(size, 11));
    put(header, 136, octal(TIME.getEpochSecond(), 11));
    put(header, CHECKSUM, "        ");
    header[156] = (byte) type;
    put(header, 157, target);
    put(header, 257, "ustar\00000");
    put(header, 265, "root");
    put(header, 297, "root");
    put(header, 345, prefix);
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, CHECKSUM, octal(sum, 6) + "\0 ");
    out.write(header);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static String octal(long value, int digits) {
    String text = Long.toOctalString(value);
    return "0".repeat(digits - text.length()) + text;
  }
}
